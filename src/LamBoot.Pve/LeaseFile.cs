using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace LamBoot.Pve;

/// <summary>Who has a lease, and what is to be done at its end.</summary>
/// <param name="Vmid">The VM that is being started.</param>
/// <param name="Starter">The process that starts it. When that ends, the lease is void.</param>
/// <param name="HadOriginal">Whether what was leased has a state to be given back; else it is removed.</param>
/// <param name="Other">Another VM whose document the same start has leased; 0 for none.</param>
public readonly record struct Lease(int Vmid, HostProcess Starter, bool HadOriginal, int Other)
{
    private const string Original = "original";
    private const string None = "none";

    /// <summary><c>VMID PID START-TIME original|none OTHER-VMID</c>.</summary>
    public override string ToString() =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{Vmid} {Starter.Id} {Starter.StartTime} {(HadOriginal ? Original : None)} {Other}"
        );

    /// <summary>Reads a lease; null for what is none, such as the rest of one whose writer was killed.</summary>
    internal static Lease? Parse(string text) =>
        text.Split(' ')
            is [string vmid, string id, string startTime, (Original or None) and string original, string other]
        && Pve.Vmid.TryParse(vmid, out int number)
        && int.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out int process)
        && ulong.TryParse(startTime, NumberStyles.None, CultureInfo.InvariantCulture, out ulong started)
        && int.TryParse(other, NumberStyles.None, CultureInfo.InvariantCulture, out int otherNumber)
            ? new(number, new(process, started), original == Original, otherNumber)
            : null;
}

/// <summary>
/// A file that holds one lease, or none. It is changed under a flock that lasts for microseconds, and never removed, so
/// that no two processes can have it at once.
/// </summary>
public sealed class LeaseFile : IDisposable
{
    private const int MaximumSize = 80;
    private const int LockAttempts = 500;
    private const int RetryMilliseconds = 2;

    private readonly Descriptor _file;
    private readonly string _path;

    private LeaseFile(Descriptor file, string path) => (_file, _path) = (file, path);

    /// <summary>Opens and locks a lease file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="create">Whether to make it where it is missing.</param>
    /// <returns>The file, or null where it is missing.</returns>
    /// <exception cref="HostException">It cannot be opened, or another process keeps it locked.</exception>
    public static LeaseFile? Open(string path, bool create)
    {
        int flags = Libc.ReadWrite | Libc.CloseOnExec | Libc.NonBlocking | Libc.NoFollow | (create ? Libc.Create : 0);
        Descriptor file;
        try
        {
            file = Descriptor.Open(path, flags, 0x180);
        }
        catch (HostException e) when (e.IsNotFound && !create)
        {
            return null;
        }

        for (int attempt = 0; Libc.FLock(file.Number, Libc.LockExclusive | Libc.LockNonBlocking) != 0; attempt++)
        {
            if (attempt == LockAttempts || Marshal.GetLastPInvokeError() is not (Libc.WouldBlock or Libc.Interrupted))
            {
                file.Dispose();
                throw new HostException($"{path} stays locked by another process");
            }

            Thread.Sleep(RetryMilliseconds);
        }

        return new(file, path);
    }

    /// <summary>The lease, whether its holder is alive or not; null where there is none.</summary>
    public Lease? Read()
    {
        byte[] buffer = new byte[MaximumSize];
        return Lease.Parse(Encoding.ASCII.GetString(buffer, 0, _file.Read(buffer, 0)).TrimEnd());
    }

    /// <summary>Replaces the lease. Each is as long as any other, and one write: a kill leaves the old one or the new.</summary>
    /// <param name="lease">The lease; null for none.</param>
    public void Write(Lease? lease)
    {
        if (lease is { } held)
        {
            _file.WriteAt(Encoding.ASCII.GetBytes(held.ToString().PadRight(MaximumSize)), 0);
        }
        else if (Libc.FTruncate(_file.Number, 0) != 0)
        {
            throw HostException.LastError($"cannot write {_path}");
        }
    }

    /// <summary>Unlocks the file.</summary>
    public void Dispose() => _file.Dispose();
}
