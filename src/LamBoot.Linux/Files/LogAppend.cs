using LamBoot.Linux.Libc;
using LamBoot.Linux.Processes;

namespace LamBoot.Linux.Files;

/// <summary>Appends to a file of lines. A line is there whole, or not at all.</summary>
public static class LogAppend
{
    // A writer has the lock for one write; the sync is not under it.
    private static readonly TimeSpan LockWait = TimeSpan.FromSeconds(1);

    /// <summary>Whether the rest behind the last end of a line is a whole line, which an editor left without its end.</summary>
    public delegate bool IsWhole(ReadOnlySpan<byte> rest);

    /// <summary>
    /// Appends a line to a file, made where it is missing (mode 0640), its folder too: one write on an O_APPEND descriptor, then a
    /// sync. The kernel may cut even that short, where the line goes over a page and the writer is killed; so what has no end while
    /// nobody else writes is torn, and is taken away.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="line">The line, without its end.</param>
    /// <param name="isWhole">Tells a whole line from a torn one.</param>
    /// <exception cref="HostException">It cannot be written; the file is as it was.</exception>
    public static void AppendLine(string path, ReadOnlySpan<byte> line, IsWhole isWhole)
    {
        const OpenFlags Flags = OpenFlags.ReadWrite | OpenFlags.Append | OpenFlags.Create;
        HostFolder.CreatePrivate(Path.GetDirectoryName(path)!);
        using Descriptor file = LogFile.Open(path, Flags, out _);
        bool isAlone = IsAlone(file);
        bool isClosed = EndsInLine(file) || (isAlone && DropTorn(file, isWhole));
        long end = file.End;
        try
        {
            file.Write(isClosed ? [.. line, (byte)'\n'] : [(byte)'\n', .. line, (byte)'\n']);
        }
        catch (HostException) when (isAlone)
        {
            _ = FileCalls.FTruncate(file.Number, end); // the disk is full: no part of a line stays
            throw;
        }

        _ = FileCalls.FLock(file.Number, FileCalls.Unlock);
        file.Sync();
    }

    /// <summary>Waits for other writers. Where the kernel has no lock to give, or one hangs with it, the line is appended all the same.</summary>
    private static bool IsAlone(Descriptor file)
    {
        try
        {
            return Wait.Until(() => file.TryLock(), LockWait);
        }
        catch (HostException)
        {
            return false;
        }
    }

    private static bool EndsInLine(Descriptor file)
    {
        long size = file.End;
        byte last = 0;
        return size == 0 || (file.Read(new Span<byte>(ref last), size - 1) == 1 && last == '\n');
    }

    /// <summary>Takes away what is behind the last end of a line, unless that is a whole line; tells whether it did.</summary>
    private static bool DropTorn(Descriptor file, IsWhole isWhole)
    {
        long size = file.End;
        byte[] tail = new byte[(int)Math.Min(size, LogFile.MaximumLine)];
        int read = file.Read(tail, size - tail.Length);
        int rest = tail.AsSpan(0, read).LastIndexOf((byte)'\n') + 1;
        bool isFound = rest > 0 || size == read;
        return isFound
            && !isWhole(tail.AsSpan(rest, read - rest))
            && FileCalls.FTruncate(file.Number, size - read + rest) == 0;
    }
}
