using LamBoot.Linux;
using LamBoot.Linux.Files;
using LamBoot.Linux.Libc;
using LamBoot.Pve.Config;
using LamBoot.Pve.Storage;

namespace LamBoot.Pve.Store;

/// <summary>
/// An image file that the user asks us to create. It replaces no file except, with force, a regular one, and never a VM's volume: that
/// would bypass the VM's lock, its backup, and the requirement that it be stopped.
/// </summary>
public static class NewImage
{
    /// <summary>Rejects a path to which no image may be written, before anything else is done.</summary>
    /// <param name="root">The host.</param>
    /// <param name="path">The path.</param>
    /// <param name="force">Whether it may replace a regular file.</param>
    /// <exception cref="HostException">It must not be written; the message says why.</exception>
    public static void ThrowIfUnfit(HostRoot root, string path, bool force)
    {
        if (path == "-")
        {
            throw new HostException("cannot write an image to standard output: name a file");
        }

        FileStatus status = FileStatus.OfPathOrMissing(path);
        if (!status.IsMissing && !status.IsRegular)
        {
            throw new HostException(
                $"{path} is not a regular file (a device, link or directory), so it is not replaced: name another file"
            );
        }

        if (!status.IsMissing && !force)
        {
            throw new HostException($"{path} already exists: name another file, or overwrite it with --force");
        }

        string full = Path.GetFullPath(path);
        if (StorageOf(root, full) is { } storage)
        {
            throw new HostException(
                $"{path} is among the VM disks of storage '{storage}': name another file; to change a VM's own store, use lamboot-hook enroll VMID"
            );
        }

        if (!status.IsMissing && NamedBy(root, full) is { } vmid)
        {
            throw new HostException($"{path} is used by VM {vmid}'s configuration: name another file");
        }
    }

    /// <summary>Writes the image.</summary>
    /// <param name="root">The host.</param>
    /// <param name="path">The path.</param>
    /// <param name="content">The image.</param>
    /// <param name="force">Whether it may replace a regular file.</param>
    /// <param name="temporary">The name pattern of the temporary file that replaces it.</param>
    /// <exception cref="HostException">It must not, or cannot, be written; whatever was there is unchanged.</exception>
    public static void Write(HostRoot root, string path, byte[] content, bool force, TemporaryFiles temporary)
    {
        ThrowIfUnfit(root, path, force);
        AtomicFile.Replace(
            Path.GetFullPath(path),
            content,
            Permissions.AllMayRead,
            temporary,
            () =>
            {
                ThrowIfUnfit(root, path, force); // something may have appeared there
                return true;
            }
        );
    }

    /// <summary>The storage whose images a path is among; null if none. Not decided by name: links may lead to either.</summary>
    private static string? StorageOf(HostRoot root, string path)
    {
        List<FileStatus> folders = FoldersAbove(path);
        foreach (StorageSection storage in StorageConfig.Read(root).All.Where(storage => storage.IsOfFiles))
        {
            FileStatus images = FileStatus.OfTargetOrMissing(root.Resolve(storage.FolderOf("images")));
            if (!images.IsMissing && folders.Exists(images.IsSameFile))
            {
                return storage.Id;
            }
        }

        return null;
    }

    /// <summary>The folders that really contain a file, up to the root.</summary>
    private static List<FileStatus> FoldersAbove(string path)
    {
        const int Deepest = 256;
        List<FileStatus> folders = [];
        for (string at = Path.GetDirectoryName(path)!; folders.Count < Deepest; at += "/..")
        {
            FileStatus folder = FileStatus.OfTargetOrMissing(at);
            if (folder.IsMissing || folders.Exists(folder.IsSameFile))
            {
                break;
            }

            folders.Add(folder);
        }

        return folders;
    }

    /// <summary>The VM whose configuration names a path; null if none.</summary>
    private static int? NamedBy(HostRoot root, string path)
    {
        string top = root.Resolve("/");
        string host = path.StartsWith(top, StringComparison.Ordinal) ? path[(top.Length - 1)..] : path;
        foreach (int vmid in VmConfigFile.List(root))
        {
            if (VmConfigFile.Open(root, vmid)?.Config.Mentions(host) == true)
            {
                return vmid;
            }
        }

        return null;
    }
}
