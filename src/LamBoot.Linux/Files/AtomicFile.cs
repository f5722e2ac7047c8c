using LamBoot.Linux.Libc;

namespace LamBoot.Linux.Files;

/// <summary>Changes files so that a kill or a power cut at any instant leaves the old one or the new: all is synced, the folder too.</summary>
public static class AtomicFile
{
    /// <summary>Replaces a file: a temporary one in the same folder is written, synced and renamed, and the folder synced.</summary>
    /// <param name="path">The file.</param>
    /// <param name="content">Its new bytes.</param>
    /// <param name="mode">The permissions of the new file, whatever the umask; null leaves them to the file system, as pmxcfs demands.</param>
    /// <param name="temporary">How the temporary file is named.</param>
    /// <param name="mayReplace">Asked last before the rename; false leaves the old file.</param>
    /// <returns>Whether the file was replaced.</returns>
    /// <exception cref="HostException">It was not.</exception>
    public static bool Replace(
        string path,
        byte[] content,
        int? mode,
        TemporaryFiles temporary,
        Func<bool>? mayReplace = null
    ) => Replace(path, name => WriteNew(name, content, mode), temporary, mayReplace);

    /// <summary>Replaces a file as <see cref="Replace(string, byte[], int?, TemporaryFiles, Func{bool}?)"/> does.</summary>
    /// <param name="path">The file.</param>
    /// <param name="write">Makes the temporary file, of that path, and syncs it.</param>
    /// <param name="temporary">How the temporary file is named.</param>
    /// <param name="mayReplace">Asked last before the rename; false leaves the old file.</param>
    /// <returns>Whether the file was replaced.</returns>
    /// <exception cref="HostException">It was not.</exception>
    public static bool Replace(
        string path,
        Action<string> write,
        TemporaryFiles temporary,
        Func<bool>? mayReplace = null
    )
    {
        temporary.RemoveLeftOvers(path);
        string name = temporary.NameFor(path);
        bool renamed = false;
        try
        {
            write(name);
            if (mayReplace?.Invoke() == false)
            {
                return false;
            }

            Rename(name, path);
            renamed = true;
            return true;
        }
        finally
        {
            if (!renamed)
            {
                Remove(name);
            }
        }
    }

    /// <summary>Makes a file that is to replace another: a copy of it, with its permissions. It is not synced.</summary>
    /// <exception cref="HostException">It cannot be copied.</exception>
    public static void Copy(string from, string to)
    {
        try
        {
            File.Copy(from, to);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw HostException.Of($"cannot copy {from}", e);
        }
    }

    /// <summary>Renames a file over another.</summary>
    /// <exception cref="HostException">It cannot be renamed, or not synced.</exception>
    public static void Rename(string from, string to)
    {
        if (FileCalls.Rename(from, to) != 0)
        {
            throw HostException.LastError($"cannot replace {to}");
        }

        Sync(Path.GetDirectoryName(to)!);
    }

    /// <summary>Ensures that a file is gone.</summary>
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

    /// <summary>Removes a file, if it is there and that can be, without a sync: what is left is looked for later.</summary>
    public static void Remove(string path) => _ = FileCalls.Unlink(path);

    /// <summary>Writes a few bytes over a file, in one write(2), without a sync: for what the host's own boot may forget.</summary>
    /// <param name="path">The file; made where it is missing.</param>
    /// <param name="content">The bytes.</param>
    /// <param name="mode">The mode of a file that is made.</param>
    /// <exception cref="HostException">They cannot be written.</exception>
    public static void Overwrite(string path, ReadOnlySpan<byte> content, int mode)
    {
        const OpenFlags Flags =
            OpenFlags.WriteOnly | OpenFlags.Create | OpenFlags.Truncate | OpenFlags.NonBlocking | OpenFlags.CloseOnExec;
        using Descriptor file = Descriptor.Open(path, Flags | OpenFlags.NoFollow, mode);
        file.Write(content);
    }

    /// <summary>Sets a file's times to now, if it is there and that can be.</summary>
    public static unsafe void Touch(string path) =>
        _ = FileCalls.SetTimes(FileCalls.AtCurrentFolder, path, null, FileCalls.AtSymlinkNoFollow);

    /// <summary>Syncs what was written to a file, a device or a folder.</summary>
    /// <exception cref="HostException">It may not have reached the disk.</exception>
    public static void Sync(string path)
    {
        using Descriptor file = Descriptor.Open(path, OpenFlags.ReadOnly | OpenFlags.CloseOnExec);
        file.Sync();
    }

    private static void WriteNew(string path, ReadOnlySpan<byte> content, int? mode)
    {
        const OpenFlags Flags = OpenFlags.WriteOnly | OpenFlags.Create | OpenFlags.Exclusive | OpenFlags.CloseOnExec;
        using Descriptor file = Descriptor.Open(path, Flags, mode ?? Permissions.GroupMayRead);
        if (mode is { } permissions && FileCalls.FChMod(file.Number, permissions) != 0)
        {
            throw HostException.LastError($"cannot set the mode of {path}");
        }

        file.Write(content);
        file.Sync();
    }
}
