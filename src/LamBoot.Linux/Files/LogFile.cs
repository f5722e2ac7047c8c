using LamBoot.Linux.Libc;

namespace LamBoot.Linux.Files;

/// <summary>
/// A line-based file that only grows, in a folder that only root can write to. Anything that another user could have put there (a link, a
/// FIFO, a file of their own) is neither read nor written, and because lines have a maximum length, no file can make reading it expensive.
/// </summary>
public static class LogFile
{
    /// <summary>The maximum length of a line; records have about 500 bytes.</summary>
    public const int MaximumLine = 64 << 10;

    // Typed: in a conditional with memory, a plain null would become empty memory.
    private static ReadOnlyMemory<byte>? TooLong => null;

    /// <summary>Opens a file for reading from the start; null if there is none.</summary>
    /// <param name="path">The file.</param>
    public static Stream? OpenOrNull(string path) => OpenForReading(path, out _)?.ToStream();

    /// <summary>Reads the last bytes of a file; null if there is none.</summary>
    /// <param name="path">The file.</param>
    /// <param name="limit">The number of bytes.</param>
    /// <param name="size">The size of the whole file in bytes.</param>
    public static byte[]? ReadTail(string path, int limit, out long size)
    {
        using Descriptor? file = OpenForReading(path, out size);
        if (file is null)
        {
            return null;
        }

        byte[] tail = new byte[(int)Math.Min(size, limit)];
        return tail[..file.Read(tail, size - tail.Length)];
    }

    /// <summary>Reads lines from the start: null for a line longer than <see cref="MaximumLine"/>.</summary>
    /// <param name="file">The file; a line's bytes are valid until the next one is requested.</param>
    public static IEnumerable<ReadOnlyMemory<byte>?> ReadLines(Stream file)
    {
        byte[] buffer = new byte[2 * MaximumLine];
        int length = 0; // of the current unfinished line
        bool isTooLong = false;
        while (file.Read(buffer, length, buffer.Length - length) is > 0 and int read)
        {
            int end = length + read;
            int start = 0;
            int count;
            while ((count = buffer.AsSpan(start, end - start).IndexOf((byte)'\n')) >= 0)
            {
                yield return isTooLong || count > MaximumLine ? TooLong : buffer.AsMemory(start, count);
                isTooLong = false;
                start += count + 1;
            }

            isTooLong |= end - start > MaximumLine;
            length = isTooLong ? 0 : end - start;
            buffer.AsSpan(start, length).CopyTo(buffer);
        }

        if (isTooLong || length > 0)
        {
            yield return isTooLong ? TooLong : buffer.AsMemory(0, length);
        }
    }

    /// <summary>
    /// Reads a line-based file from its end, some complete lines at a time; a missing one has none. No more than one block of a line longer
    /// than <see cref="MaximumLine"/> is ever kept: a line that spans several blocks is skipped.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="blockSize">The number of bytes to read first; doubled each time, up to 1 MiB.</param>
    /// <param name="limit">The number of bytes after which to stop.</param>
    public static IEnumerable<ReadOnlyMemory<byte>> ReadLinesBackwards(
        string path,
        int blockSize,
        long limit = long.MaxValue
    )
    {
        const int LargestBlock = 1 << 20;
        using Descriptor? file = OpenForReading(path, out long at);
        long stop = Math.Max(at - limit, 0);
        byte[] behind = []; // the rest of a line that begins in the preceding block
        bool isTooLong = false;
        for (; file is not null && at > stop; blockSize = Math.Min(2 * blockSize, LargestBlock))
        {
            byte[] block = new byte[(int)Math.Min(at, blockSize) + behind.Length];
            int length = block.Length - behind.Length;
            at -= length;
            if (file.Read(block.AsSpan(0, length), at) < length)
            {
                yield break; // the file was truncated meanwhile
            }

            behind.CopyTo(block, length);
            int first = at == 0 ? 0 : block.AsSpan().IndexOf((byte)'\n') + 1;
            bool hasLine = at == 0 || first > 0;
            int last = isTooLong ? block.AsSpan().LastIndexOf((byte)'\n') : block.Length;
            if (hasLine && last >= first)
            {
                yield return block.AsMemory(first, last - first);
            }

            int rest = hasLine ? Math.Max(first - 1, 0) : block.Length;
            isTooLong = rest > MaximumLine || (isTooLong && !hasLine);
            behind = isTooLong ? [] : block.AsSpan(0, rest).ToArray();
        }
    }

    private static Descriptor? OpenForReading(string path, out long size)
    {
        try
        {
            Descriptor file = Open(path, OpenFlags.ReadOnly, out FileStatus status);
            size = (long)status.Size;
            return file;
        }
        catch (HostException e) when (e.IsNotFound)
        {
            size = 0;
            return null;
        }
    }

    /// <summary>Opens a file that only root, or the current user, can have put there.</summary>
    internal static Descriptor Open(string path, OpenFlags flags, out FileStatus status)
    {
        ThrowIfForeign(FileStatus.OfPath(Path.GetDirectoryName(path)!), Path.GetDirectoryName(path)!);
        Descriptor file = OpenNoLink(path, flags);
        try
        {
            status = file.Status;
            if (!status.IsRegular)
            {
                throw new HostException($"{path} is not a regular file; move it away and a new one is created");
            }

            ThrowIfForeign(status, path);
            if (status.Links != 1)
            {
                throw new HostException($"{path} has another hard link; move it away and a new one is created");
            }

            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    private static Descriptor OpenNoLink(string path, OpenFlags flags)
    {
        const OpenFlags Always = OpenFlags.NoFollow | OpenFlags.NonBlocking | OpenFlags.CloseOnExec;
        try
        {
            return Descriptor.Open(path, flags | Always, Permissions.GroupMayRead);
        }
        catch (HostException e) when (e.Kind == HostErrorKind.LinkLoop)
        {
            throw new HostException($"{path} is a symbolic link, which is not followed; put a real file there");
        }
    }

    private static void ThrowIfForeign(FileStatus status, string path)
    {
        if (status.IsLink)
        {
            throw new HostException($"{path} is a symbolic link, which is not followed; use the directory itself");
        }

        if (status.Owner != 0 && !status.IsOwn)
        {
            throw new HostException($"{path} is owned by user {status.Owner}, not root: chown root {path}");
        }

        if (status.IsWritableByOthers)
        {
            throw new HostException($"{path} is writable by users other than its owner: chmod go-w {path}");
        }
    }
}
