using LamBoot.Linux.Libc;
using LamBoot.Linux.Processes;

namespace LamBoot.Linux.Files;

/// <summary>Appends lines to a file, each completely or not at all.</summary>
public static class LogAppend
{
    // A writer holds the lock for a single write, not for the sync.
    private static readonly TimeSpan LockWait = TimeSpan.FromSeconds(1);

    /// <summary>Whether the text after the last newline is a complete line, left by an editor without its newline.</summary>
    public delegate bool IsWhole(ReadOnlySpan<byte> rest);

    /// <summary>
    /// Appends a line to a file, which is created if missing (mode 0640), along with its folder: one write on an O_APPEND descriptor, then
    /// a sync. The kernel may cut even that short, if the line crosses a page boundary and the writer is killed, so an unterminated line
    /// that nobody is writing is torn, and is removed.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="line">The line, without its newline.</param>
    /// <param name="isWhole">Tells a complete line from a torn one.</param>
    /// <exception cref="HostException">It cannot be written; the file is unchanged.</exception>
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
            _ = FileCalls.FTruncate(file.Number, end); // the disk is full: no partial line remains
            throw;
        }

        _ = FileCalls.FLock(file.Number, FileCalls.Unlock);
        file.Sync();
    }

    /// <summary>
    /// Waits for other writers. If the kernel has no lock left, or a writer hangs while holding it, the line is appended all the same.
    /// </summary>
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

    /// <summary>Removes the text after the last newline unless it is a complete line; returns whether it did.</summary>
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
