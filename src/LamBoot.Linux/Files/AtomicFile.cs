using LamBoot.Linux.Libc;

namespace LamBoot.Linux.Files;

/// <summary>
/// Changes files so that a kill or a power failure at any moment leaves either the old or the new one: everything is synced, including the
/// folder, unless the file may be lost in a power failure.
/// </summary>
public static class AtomicFile
{
    /// <summary>Replaces a file: writes, syncs and renames a temporary file in the same folder, then syncs the folder.</summary>
    /// <param name="path">The file.</param>
    /// <param name="content">Its new bytes.</param>
    /// <param name="mode">The permissions of the new file, regardless of the umask; null leaves them to the file system, as pmxcfs
    /// requires.</param>
    /// <param name="temporary">The name pattern of the temporary file.</param>
    /// <param name="mayReplace">Called right before the rename; false keeps the old file.</param>
    /// <param name="isSynced">False for a file that a power failure may lose or empty.</param>
    /// <returns>Whether the file was replaced.</returns>
    /// <exception cref="HostException">It was not replaced.</exception>
    public static bool Replace(
        string path,
        byte[] content,
        int? mode,
        TemporaryFiles temporary,
        Func<bool>? mayReplace = null,
        bool isSynced = true
    ) => Replace(path, name => WriteNew(name, content, mode, isSynced), temporary, mayReplace, isSynced);

    /// <summary>Replaces a file like <see cref="Replace(string, byte[], int?, TemporaryFiles, Func{bool}?, bool)"/>.</summary>
    /// <param name="path">The file.</param>
    /// <param name="write">Creates and syncs the temporary file at a given path.</param>
    /// <param name="temporary">The name pattern of the temporary file.</param>
    /// <param name="mayReplace">Called right before the rename; false keeps the old file.</param>
    /// <param name="isSynced">Whether to sync the folder.</param>
    /// <returns>Whether the file was replaced.</returns>
    /// <exception cref="HostException">It was not replaced.</exception>
    public static bool Replace(
        string path,
        Action<string> write,
        TemporaryFiles temporary,
        Func<bool>? mayReplace = null,
        bool isSynced = true
    )
    {
        string name = isSynced ? temporary.NameFor(path) : temporary.OnlyNameFor(path);
        if (isSynced)
        {
            temporary.RemoveLeftOvers(path);
        }
        else
        {
            Remove(name);
        }

        bool renamed = false;
        try
        {
            write(name);
            if (mayReplace?.Invoke() == false)
            {
                return false;
            }

            Rename(name, path, isSynced);
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

    /// <summary>Creates a file that will replace another: a copy of it, with its permissions. It is not synced.</summary>
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
    /// <param name="from">The file.</param>
    /// <param name="to">The file to replace.</param>
    /// <param name="isSynced">Whether to sync the folder.</param>
    /// <exception cref="HostException">It cannot be renamed or synced.</exception>
    public static void Rename(string from, string to, bool isSynced = true)
    {
        if (FileCalls.Rename(from, to) != 0)
        {
            throw HostException.LastError($"cannot replace {to}");
        }

        if (isSynced)
        {
            Sync(Path.GetDirectoryName(to)!);
        }
    }

    /// <summary>Ensures that a file does not exist.</summary>
    /// <exception cref="HostException">It may still exist.</exception>
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

    /// <summary>Removes a file if it exists and can be removed, without a sync: leftovers are looked for later.</summary>
    public static void Remove(string path) => _ = FileCalls.Unlink(path);

    /// <summary>Sets a file's times to now, if it exists and that is possible.</summary>
    public static unsafe void Touch(string path) =>
        _ = FileCalls.SetTimes(FileCalls.AtCurrentFolder, path, null, FileCalls.AtSymlinkNoFollow);

    /// <summary>Syncs what was written to a file, a device or a folder.</summary>
    /// <exception cref="HostException">It may not have reached the disk.</exception>
    public static void Sync(string path)
    {
        using Descriptor file = Descriptor.Open(path, OpenFlags.ReadOnly | OpenFlags.CloseOnExec);
        file.Sync();
    }

    private static void WriteNew(string path, ReadOnlySpan<byte> content, int? mode, bool isSynced)
    {
        const OpenFlags Flags = OpenFlags.WriteOnly | OpenFlags.Create | OpenFlags.Exclusive | OpenFlags.CloseOnExec;
        using Descriptor file = Descriptor.Open(path, Flags, mode ?? Permissions.GroupMayRead);
        if (mode is { } permissions && FileCalls.FChMod(file.Number, permissions) != 0)
        {
            throw HostException.LastError($"cannot set the mode of {path}");
        }

        file.Write(content);
        if (isSynced)
        {
            file.Sync();
        }
    }
}
