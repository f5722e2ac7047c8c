using System.Globalization;
using System.Runtime.InteropServices;

namespace LamBoot.Pve;

/// <summary>
/// Proxmox VE's lock of a VM's configuration: flock(LOCK_EX) on <c>/var/lock/qemu-server/lock-VMID.conf</c>. In a phase
/// an ancestor of ours holds it for as long as we run; otherwise we take it.
/// </summary>
public sealed class ConfigLock : IDisposable
{
    private const string Folder = "/var/lock/qemu-server";
    private const int RetryMilliseconds = 20;

    private readonly Descriptor? _file;

    private ConfigLock(Descriptor? file, string? holder) => (_file, Holder) = (file, holder);

    /// <summary>Whether the configuration may be edited until this is disposed.</summary>
    public bool IsHeld => Holder is null;

    /// <summary>Who else holds the lock; null where we do, or an ancestor of ours does.</summary>
    public string? Holder { get; }

    /// <summary>Takes the lock, or finds that an ancestor has it.</summary>
    /// <param name="root">The host.</param>
    /// <param name="vmid">The VM.</param>
    /// <param name="wait">How long to wait for a stranger to give it back.</param>
    /// <exception cref="HostException">The lock file cannot be opened.</exception>
    public static ConfigLock Take(HostRoot root, int vmid, TimeSpan wait)
    {
        HostFile.CreateFolder(root.Resolve(Folder)); // as Proxmox VE does itself: the folder is gone after a boot
        const int Flags = Libc.ReadWrite | Libc.Create | Libc.CloseOnExec | Libc.NonBlocking;
        Descriptor file = Descriptor.Open(LockPath(root, vmid), Flags, 0x1a4);
        long end = Environment.TickCount64 + (long)wait.TotalMilliseconds;
        while (true)
        {
            if (Libc.FLock(file.Number, Libc.LockExclusive | Libc.LockNonBlocking) == 0)
            {
                return new(file, null);
            }

            if (Marshal.GetLastPInvokeError() is not (Libc.WouldBlock or Libc.Interrupted))
            {
                file.Dispose();
                throw HostException.LastError($"cannot lock {LockPath(root, vmid)}");
            }

            FileStatus status = FileStatus.Of(file, Folder);
            bool isAncestor = FindHoldingAncestor(status, vmid) is not null;
            if (isAncestor || Environment.TickCount64 >= end)
            {
                file.Dispose();
                return new(null, isAncestor ? null : DescribeHolder(status));
            }

            Thread.Sleep(RetryMilliseconds);
        }
    }

    /// <summary>The ancestor of ours that holds the lock: the process that starts or stops the VM. Null where none does.</summary>
    public static HostProcess? HoldingAncestor(HostRoot root, int vmid)
    {
        try
        {
            using Descriptor file = Descriptor.Open(LockPath(root, vmid), Libc.ReadOnly | Libc.CloseOnExec, 0);
            bool isFree = Libc.FLock(file.Number, Libc.LockExclusive | Libc.LockNonBlocking) == 0;
            return isFree ? null : FindHoldingAncestor(FileStatus.Of(file, Folder), vmid);
        }
        catch (HostException)
        {
            return null; // nobody made the file, so nobody locked it
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file?.Dispose();

    private static string LockPath(HostRoot root, int vmid) => root.Resolve($"{Folder}/lock-{vmid}.conf");

    /// <summary>
    /// Looks for the lock among the descriptors of our ancestors, and our own, which may be inherited. /proc/locks says the
    /// same of all processes, but a read of it makes the kernel wait for every CPU: 10 ms, at each start.
    /// </summary>
    private static HostProcess? FindHoldingAncestor(FileStatus file, int vmid)
    {
        string name = $"/lock-{vmid}.conf";
        foreach (int id in HostProcess.Ancestors())
        {
            if (FindHolder(id, name, file) is { } holder && (holder == id || HostProcess.Ancestors().Contains(holder)))
            {
                return HostProcess.Find(holder);
            }
        }

        return FindHolder(Environment.ProcessId, name, file) is { } giver && HostProcess.Ancestors().Contains(giver)
            ? HostProcess.Find(giver)
            : null;
    }

    /// <summary>Who holds the lock, by a descriptor that a process has.</summary>
    private static int? FindHolder(int id, string name, FileStatus file)
    {
        foreach (string descriptor in HostProcess.Descriptors(id, name))
        {
            if (FindHolder(HostProcess.ReadProc($"/proc/{id}/fdinfo/{descriptor}"), file) is { } holder)
            {
                return holder;
            }
        }

        return null;
    }

    private static string DescribeHolder(FileStatus file) =>
        FindHolder(HostProcess.ReadProc("/proc/locks"), file) is { } id
            ? HostProcess.Describe(id)
            : "a process that /proc/locks does not show";

    /// <summary>Who holds the flock of a file, by the lines of /proc/locks, or of a descriptor's fdinfo.</summary>
    private static int? FindHolder(string locks, FileStatus file)
    {
        string device = string.Create(
            CultureInfo.InvariantCulture,
            $"{file.DeviceMajor:x2}:{file.DeviceMinor:x2}:{file.Inode}"
        );
        foreach (string line in locks.Split('\n'))
        {
            // 1: FLOCK  ADVISORY  WRITE 1234 00:19:1037 0 EOF, in fdinfo behind "lock:"; a waiting one has "->" behind its number.
            string[] fields = line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
            int kind = Array.IndexOf(fields, "FLOCK");
            bool isHeld = kind is 1 or 2 && fields[kind - 1] != "->" && fields.Length > kind + 4;
            if (isHeld && fields[kind + 4] == device && int.TryParse(fields[kind + 3], out int id))
            {
                return id;
            }
        }

        return null;
    }
}
