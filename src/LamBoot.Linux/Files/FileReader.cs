namespace LamBoot.Linux.Files;

/// <summary>
/// Reads files with a size limit, and nothing that could block: a path may lead to a FIFO, and a file may be larger than memory.
/// </summary>
public static class FileReader
{
    /// <summary>Reads an entire regular file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="limit">The maximum size in bytes.</param>
    /// <param name="followLink">Whether the path may be a symbolic link.</param>
    /// <exception cref="HostException">It is missing, too large, or cannot be read.</exception>
    public static byte[] ReadAll(string path, int limit, bool followLink = true)
    {
        using Descriptor file = Descriptor.OpenForReading(path, out long size, followLink);
        return ReadBytes(file, size, path, limit);
    }

    private static byte[] ReadBytes(Descriptor file, long size, string path, int limit)
    {
        if (size > limit)
        {
            throw new HostException($"{path} has {size} bytes, over the limit of {limit}");
        }

        // One extra byte, so that the end is detected without another call.
        byte[] buffer = new byte[size + 1];
        int read = file.Read(buffer, 0, enough: (int)size);
        Array.Resize(ref buffer, Math.Min(read, limit));
        return buffer;
    }

    /// <summary>Reads an entire regular file; null if there is none.</summary>
    /// <inheritdoc cref="ReadAll"/>
    public static byte[]? ReadAllOrNull(string path, int limit, bool followLink = true)
    {
        try
        {
            using Descriptor? file = Descriptor.OpenForReadingOrNull(path, out long size, followLink);
            return file is null ? null : ReadBytes(file, size, path, limit);
        }
        catch (HostException e) when (e.IsNotFound)
        {
            return null; // pmxcfs returns this for a file removed meanwhile
        }
    }

    /// <summary>Reads an entire file; null if it is missing, not a regular file, or too large.</summary>
    /// <param name="path">The file, or a link to it.</param>
    /// <param name="limit">The maximum size in bytes.</param>
    /// <exception cref="HostException">It cannot be read.</exception>
    public static byte[]? ReadIfRegular(string path, int limit)
    {
        FileStatus status = FileStatus.OfTargetOrMissing(path);
        return status.IsRegular && status.Size <= (ulong)limit ? ReadAllOrNull(path, limit) : null;
    }

    /// <summary>Reads a file whose size is unknown in advance, such as one in /proc.</summary>
    /// <param name="path">The file.</param>
    /// <param name="limit">The maximum number of bytes to read.</param>
    /// <exception cref="HostException">It is missing or cannot be read.</exception>
    public static byte[] ReadProc(string path, int limit)
    {
        using Descriptor file = Descriptor.OpenProc(path);
        Span<byte> start = stackalloc byte[4096];
        int total = file.Read(start, 0);
        byte[] bytes = start[..total].ToArray();
        while (total == bytes.Length && total >= start.Length && total < limit)
        {
            Array.Resize(ref bytes, Math.Min(2 * total, limit));
            total += file.Read(bytes.AsSpan(total), total);
        }

        Array.Resize(ref bytes, total);
        return bytes;
    }
}
