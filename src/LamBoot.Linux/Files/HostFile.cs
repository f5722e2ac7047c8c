using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using LamBoot.Linux.Libc;
using LamBoot.Linux.Processes;

namespace LamBoot.Linux.Files;

/// <summary>
/// Files as a hook that runs as root must treat them: reads with a bound, replacement that is atomic and synced, records
/// appended by one write. Every method throws <see cref="HostException"/> with the path and the system's reason.
/// </summary>
public static class HostFile
{
    // A file that is being replaced, and by which process: "100.conf.lamboot-1234".
    private const string TemporaryInfix = ".lamboot-";

    /// <summary>Reads a whole regular file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="limit">The most bytes it may have.</param>
    /// <param name="followLink">Whether the path may be a symbolic link.</param>
    public static byte[] ReadAll(string path, int limit, bool followLink = true)
    {
        using Descriptor file = OpenForReading(path, out long size, followLink);
        if (size > limit)
        {
            throw new HostException($"{path} has {size} bytes, more than the {limit} that are read");
        }

        // One byte more than there should be, so that the end is seen without another call.
        byte[] buffer = new byte[size + 1];
        int read = file.Read(buffer, 0, enough: (int)size);
        return read == buffer.Length && read > limit ? buffer[..limit] : buffer[..read];
    }

    /// <summary>Reads a whole regular file, or null where there is none.</summary>
    /// <inheritdoc cref="ReadAll"/>
    public static byte[]? ReadAllOrNull(string path, int limit, bool followLink = true)
    {
        try
        {
            return ReadAll(path, limit, followLink);
        }
        catch (HostException e) when (e.IsNotFound)
        {
            return null;
        }
    }

    /// <summary>Reads a whole file; null where there is none, and for what is no regular file, or larger.</summary>
    /// <param name="path">The file, or a link to it.</param>
    /// <param name="limit">The most bytes it may have.</param>
    public static byte[]? ReadIfRegular(string path, int limit)
    {
        try
        {
            FileStatus status = FileStatus.OfTarget(path);
            return status.IsRegular && status.Size <= (ulong)limit ? ReadAll(path, limit) : null;
        }
        catch (HostException e) when (e.IsNotFound)
        {
            return null;
        }
    }

    /// <summary>Makes a folder, and those above it, where it is missing; 0755, for QEMU to read in.</summary>
    /// <param name="path">The folder.</param>
    public static void CreateFolder(string path)
    {
        const int Mode = 0x1ed; // 0755
        if (FileCalls.MakeFolder(path, Mode) == 0)
        {
            return;
        }

        HostException failure = HostException.LastError($"cannot create {path}");
        if (failure.Errno == ErrorNumber.EntryNotFound && Path.GetDirectoryName(path) is { Length: > 0 } above)
        {
            CreateFolder(above);
            CreateFolder(path);
        }
        else if (failure.Errno != ErrorNumber.EntryExists || FileStatus.OfTarget(path) is { IsFolder: false })
        {
            throw failure;
        }
    }

    /// <summary>Makes a folder of our own where it is missing, and refuses one that others can write.</summary>
    /// <param name="path">The folder.</param>
    public static void CreatePrivateFolder(string path)
    {
        FileStatus status = FileStatus.OfPathOrMissing(path);
        if (status.IsMissing || status.IsRegular)
        {
            CreateFolder(path);
            status = FileStatus.OfPath(path);
        }

        if (!status.IsFolder)
        {
            throw new HostException($"{path} is no folder of its own but a link: name the folder itself");
        }

        if (status.Owner != FileCalls.GetEUid() || status.IsWritableByOthers)
        {
            throw new HostException(
                $"{path} can be written by others than its owner, root: chown root {path}; chmod go-w {path}"
            );
        }
    }

    /// <summary>The names of a folder's files, in no order; none where it is missing or cannot be read.</summary>
    internal static List<string> Names(string folder)
    {
        try
        {
            return NamesOrNone(folder);
        }
        catch (HostException)
        {
            return [];
        }
    }

    /// <summary>The names of a folder's files, in no order; none where there is no such folder.</summary>
    /// <exception cref="HostException">It cannot be read.</exception>
    internal static List<string> NamesOrNone(string folder)
    {
        try
        {
            return ReadFolder(folder);
        }
        catch (HostException e) when (e.IsNotFound)
        {
            return [];
        }
    }

    /// <summary>
    /// The names of a folder's files, in no order. By getdents64(2): .NET's own enumeration looks at every file besides.
    /// </summary>
    /// <exception cref="HostException">The folder is missing or cannot be read.</exception>
    internal static unsafe List<string> ReadFolder(string folder)
    {
        const int Flags = OpenFlag.ReadOnly | OpenFlag.Directory | OpenFlag.CloseOnExec | OpenFlag.NonBlocking;
        const int BufferSize = 4096;
        List<string> names = [];
        using Descriptor open = Descriptor.Open(folder, Flags, 0);
        byte* entries = stackalloc byte[BufferSize];
        nint length;
        while ((length = FileCalls.GetDEnts64(open.Number, entries, BufferSize)) != 0)
        {
            if (length < 0 && Marshal.GetLastPInvokeError() != ErrorNumber.Interrupted)
            {
                throw HostException.LastError($"cannot read {folder}");
            }

            AddNames(entries, (int)length, names);
        }

        return names;
    }

    private static unsafe void AddNames(byte* entries, int length, List<string> names)
    {
        const int LengthOffset = 16; // struct dirent64, d_reclen
        const int TypeOffset = 18; // d_type
        const int NameOffset = 19; // d_name
        const byte IsFolder = 4; // DT_DIR; not every file system says
        for (byte* entry = entries; entry < entries + length; entry += *(ushort*)(entry + LengthOffset))
        {
            string name = Marshal.PtrToStringUTF8((nint)(entry + NameOffset))!;
            if (entry[TypeOffset] != IsFolder && name is not ("." or ".."))
            {
                names.Add(name);
            }
        }
    }

    /// <summary>Whether there is anything at a path, a link too.</summary>
    /// <exception cref="HostException">It cannot be told.</exception>
    public static bool Exists(string path) => !FileStatus.OfPathOrMissing(path).IsMissing;

    /// <summary>The names of a folder's files, in no order.</summary>
    /// <exception cref="HostException">The folder is missing or cannot be read.</exception>
    public static IReadOnlyList<string> FileNames(string folder) => ReadFolder(folder);

    /// <summary>Whether there is a folder at a path, at the end of its links.</summary>
    /// <exception cref="HostException">Nobody can tell.</exception>
    public static bool IsFolder(string path) => TargetOrMissing(path) is { IsFolder: true };

    /// <summary>Whether a path belongs to who we are; root owns all.</summary>
    /// <exception cref="HostException">Nobody can tell.</exception>
    public static bool IsOwn(string path) =>
        FileCalls.GetEUid() == 0 || FileStatus.OfTarget(path).Owner == FileCalls.GetEUid();

    /// <summary>Whether all users may read what a path leads to; false where there is nothing.</summary>
    /// <exception cref="HostException">Nobody can tell.</exception>
    public static bool IsReadableByAll(string path) => (TargetOrMissing(path).Mode & 0x4) != 0; // S_IROTH

    /// <summary>Whether a path is a symbolic link.</summary>
    /// <exception cref="HostException">Nobody can tell.</exception>
    public static bool IsLink(string path) => FileStatus.OfPathOrMissing(path).IsLink;

    /// <summary>What a path leads to; the default where there is nothing.</summary>
    internal static FileStatus TargetOrMissing(string path)
    {
        try
        {
            return FileStatus.OfTarget(path);
        }
        catch (HostException e) when (e.IsNotFound)
        {
            return default;
        }
    }

    /// <summary>Whether two paths lead to the same folder; not where one of them leads nowhere.</summary>
    /// <exception cref="HostException">It cannot be told.</exception>
    public static bool IsSameFolder(string one, string other)
    {
        try
        {
            return FileStatus.OfTarget(one).IsSameFile(FileStatus.OfTarget(other));
        }
        catch (HostException e) when (e.IsNotFound)
        {
            return false;
        }
    }

    /// <summary>Whether a path is a regular file with these permissions.</summary>
    public static bool HasMode(string path, int mode) =>
        FileStatus.OfPathOrMissing(path) is { IsRegular: true } status && (status.Mode & 0xfff) == mode;

    /// <summary>Whether a folder is where a file system is mounted; false where there is none.</summary>
    internal static bool IsMountPoint(string path)
    {
        try
        {
            FileStatus folder = FileStatus.OfTarget(path); // a link to the mount will do
            FileStatus above = FileStatus.OfPath(path + "/..");
            return (folder.DeviceMajor, folder.DeviceMinor) != (above.DeviceMajor, above.DeviceMinor);
        }
        catch (HostException)
        {
            return false;
        }
    }

    /// <summary>Removes a file, if it is there and that can be; what is left is looked for later.</summary>
    public static void Remove(string path) => _ = FileCalls.Unlink(path);

    /// <summary>Sees to it that a file is gone, and syncs the folder.</summary>
    /// <exception cref="HostException">It may be there still.</exception>
    public static void Delete(string path)
    {
        if (FileCalls.Unlink(path) == 0)
        {
            Sync(Path.GetDirectoryName(path)!);
        }
        else if (HostException.LastError($"cannot remove {path}") is { IsNotFound: false } failure)
        {
            throw failure;
        }
    }

    /// <summary>Renames a file over another, and syncs the folder.</summary>
    public static void Rename(string from, string to)
    {
        if (FileCalls.Rename(from, to) != 0)
        {
            throw HostException.LastError($"cannot replace {to}");
        }

        Sync(Path.GetDirectoryName(to)!);
    }

    /// <summary>
    /// Replaces a file: a temporary file in the same folder is written, synced and renamed, and the folder synced, so that
    /// a kill or a power cut at any instant leaves the old bytes or the new.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="content">Its new bytes.</param>
    /// <param name="mode">The permissions of the new file, whatever the umask; null leaves them to the file system, as pmxcfs demands.</param>
    /// <param name="mayReplace">Asked last before the rename; false leaves the old file.</param>
    /// <returns>Whether the file was replaced.</returns>
    public static bool Replace(string path, byte[] content, int? mode, Func<bool>? mayReplace = null) =>
        Replace(path, temporary => WriteNew(temporary, content, mode), mayReplace);

    /// <summary>Replaces a file as <see cref="Replace(string, byte[], int?, Func{bool}?)"/> does.</summary>
    /// <param name="path">The file.</param>
    /// <param name="write">Makes the temporary file, of that path, and syncs it.</param>
    /// <param name="mayReplace">Asked last before the rename; false leaves the old file.</param>
    /// <returns>Whether the file was replaced.</returns>
    internal static bool Replace(string path, Action<string> write, Func<bool>? mayReplace = null)
    {
        RemoveLeftOvers(path);
        string temporary = string.Create(
            CultureInfo.InvariantCulture,
            $"{path}{TemporaryInfix}{Environment.ProcessId}"
        );
        bool renamed = false;
        try
        {
            write(temporary);
            if (mayReplace?.Invoke() == false)
            {
                return false;
            }

            Rename(temporary, path);
            renamed = true;
            return true;
        }
        finally
        {
            if (!renamed)
            {
                _ = FileCalls.Unlink(temporary);
            }
        }
    }

    /// <summary>What a symbolic link leads to; empty where there is none.</summary>
    /// <exception cref="HostException">It cannot be read.</exception>
    internal static unsafe string ReadLink(string path)
    {
        const int MaximumPath = 4096;
        byte* target = stackalloc byte[MaximumPath];
        nint length = FileCalls.ReadLink(path, target, MaximumPath);
        if (length >= 0)
        {
            return Encoding.UTF8.GetString(target, (int)length);
        }

        HostException failure = HostException.LastError($"cannot read {path}");
        return failure.IsNotFound ? "" : throw failure;
    }

    /// <summary>Reads a file whose size is not known before it is read, such as /proc's.</summary>
    /// <param name="path">The file.</param>
    /// <param name="limit">The most bytes that are read.</param>
    internal static byte[] ReadStream(string path, int limit)
    {
        using Descriptor file = Descriptor.Open(path, OpenFlag.ReadOnly | OpenFlag.CloseOnExec, 0);
        Span<byte> start = stackalloc byte[4096];
        int total = file.Read(start, 0);
        byte[] bytes = start[..total].ToArray();
        while (total == bytes.Length && total >= start.Length && total < limit)
        {
            Array.Resize(ref bytes, Math.Min(2 * total, limit));
            total += file.Read(bytes.AsSpan(total), total);
        }

        return total == bytes.Length ? bytes : bytes[..total];
    }

    /// <summary>Opens a regular file or a block device, and nothing that could block, such as a FIFO.</summary>
    /// <param name="path">The file or device.</param>
    /// <param name="size">Its size in bytes.</param>
    /// <param name="followLink">Whether the path may be a symbolic link.</param>
    internal static Descriptor OpenForReading(string path, out long size, bool followLink = true)
    {
        const int Flags = OpenFlag.ReadOnly | OpenFlag.CloseOnExec | OpenFlag.NonBlocking;
        Descriptor file = Descriptor.Open(path, followLink ? Flags : Flags | OpenFlag.NoFollow, 0);
        try
        {
            FileStatus status = FileStatus.Of(file, path);
            if (!status.IsRegular && !status.IsBlockDevice)
            {
                throw new HostException($"{path} is neither a regular file nor a block device");
            }

            size = status.IsRegular ? (long)status.Size : FileCalls.Seek(file.Number, 0, FileCalls.SeekEnd);
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Removes what writers of a file left that were killed: the temporary files of processes that are gone.</summary>
    /// <param name="path">The file.</param>
    public static void RemoveLeftOvers(string path)
    {
        string folder = Path.GetDirectoryName(path)!;
        string prefix = Path.GetFileName(path) + TemporaryInfix;
        foreach (string name in Names(folder))
        {
            if (
                name.StartsWith(prefix, StringComparison.Ordinal)
                && IsLeftOver(name.AsSpan(prefix.Length - TemporaryInfix.Length))
            )
            {
                Remove($"{folder}/{name}");
            }
        }
    }

    /// <summary>The temporary files in a folder whose writers are gone.</summary>
    /// <param name="folder">The folder; one that is missing has none.</param>
    public static IReadOnlyList<string> LeftOvers(string folder) =>
        [
            .. Names(folder)
                .Where(name => name.Contains(TemporaryInfix, StringComparison.Ordinal))
                .Where(name => IsLeftOver(name.AsSpan(name.LastIndexOf(TemporaryInfix, StringComparison.Ordinal))))
                .Order(StringComparer.Ordinal)
                .Select(name => $"{folder}/{name}"),
        ];

    private static bool IsLeftOver(ReadOnlySpan<char> suffix) =>
        int.TryParse(suffix[TemporaryInfix.Length..], NumberStyles.None, CultureInfo.InvariantCulture, out int id)
        && (id == Environment.ProcessId || HostProcess.Find(id) is null);

    /// <summary>Writes a few bytes over a file, in one write(2), without a sync: for what the host's own boot may forget.</summary>
    /// <param name="path">The file; made where it is missing.</param>
    /// <param name="content">The bytes.</param>
    /// <param name="mode">The mode of a file that is made.</param>
    public static void Overwrite(string path, ReadOnlySpan<byte> content, int mode)
    {
        const int Flags =
            OpenFlag.WriteOnly
            | OpenFlag.Create
            | OpenFlag.Truncate
            | OpenFlag.NoFollow
            | OpenFlag.NonBlocking
            | OpenFlag.CloseOnExec;
        using Descriptor file = Descriptor.Open(path, Flags, mode);
        file.Write(content);
    }

    private static void WriteNew(string path, ReadOnlySpan<byte> content, int? mode)
    {
        const int Flags = OpenFlag.WriteOnly | OpenFlag.Create | OpenFlag.Exclusive | OpenFlag.CloseOnExec;
        using Descriptor file = Descriptor.Open(path, Flags, mode ?? 0x1a0);
        if (mode is { } permissions && FileCalls.FChMod(file.Number, permissions) != 0)
        {
            throw HostException.LastError($"cannot set the mode of {path}");
        }

        file.Write(content);
        file.Sync();
    }

    /// <summary>The file that a path leads to, whatever links are in between: what has to be replaced, and not the link.</summary>
    internal static string Target(string path) =>
        File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path;

    /// <summary>Syncs what was written to a file or device.</summary>
    internal static void Sync(string path)
    {
        using Descriptor file = Descriptor.Open(path, OpenFlag.ReadOnly | OpenFlag.CloseOnExec, 0);
        file.Sync();
    }
}
