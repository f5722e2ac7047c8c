using System.Text;
using LamBoot.Linux.Libc;

namespace LamBoot.Linux.Files;

/// <summary>Queries about what is at a path on the host. Finding nothing is an answer; not being able to look is an error.</summary>
public static class FileQuery
{
    /// <summary>Whether anything exists at a path, including a link.</summary>
    /// <exception cref="HostException">It cannot be determined.</exception>
    public static bool Exists(string path) => !FileStatus.OfPathOrMissing(path).IsMissing;

    /// <summary>Whether a path is a folder, following links.</summary>
    /// <exception cref="HostException">It cannot be determined.</exception>
    public static bool IsFolder(string path) => FileStatus.OfTargetOrMissing(path).IsFolder;

    /// <summary>Whether a path is a regular file, following links.</summary>
    /// <exception cref="HostException">It cannot be determined.</exception>
    public static bool IsFile(string path) => FileStatus.OfTargetOrMissing(path).IsRegular;

    /// <summary>Whether a path is a symbolic link.</summary>
    /// <exception cref="HostException">It cannot be determined.</exception>
    public static bool IsLink(string path) => FileStatus.OfPathOrMissing(path).IsLink;

    /// <summary>Whether a path belongs to the current user; root owns everything.</summary>
    /// <exception cref="HostException">It does not exist, or its owner cannot be determined.</exception>
    public static bool IsOwn(string path) => FileCalls.GetEUid() == 0 || FileStatus.OfTarget(path).IsOwn;

    /// <summary>Whether all users may read the target of a path; false if there is nothing.</summary>
    /// <exception cref="HostException">It cannot be determined.</exception>
    public static bool IsReadableByAll(string path) => FileStatus.OfTargetOrMissing(path).IsReadableByAll;

    /// <summary>Whether two paths lead to the same folder; false if one of them leads nowhere.</summary>
    /// <exception cref="HostException">It cannot be determined.</exception>
    public static bool IsSameFolder(string one, string other)
    {
        (FileStatus first, FileStatus second) = (
            FileStatus.OfTargetOrMissing(one),
            FileStatus.OfTargetOrMissing(other)
        );
        return !first.IsMissing && first.IsSameFile(second);
    }

    /// <summary>Whether a path is a regular file with these permissions.</summary>
    /// <exception cref="HostException">It cannot be determined.</exception>
    public static bool HasMode(string path, int mode) =>
        FileStatus.OfPathOrMissing(path) is { IsRegular: true } status && status.Permissions == mode;

    /// <summary>Whether a file system is mounted at a folder; false if none is, or if its server does not answer.</summary>
    public static bool IsMountPoint(string path)
    {
        try
        {
            FileStatus folder = FileStatus.OfTarget(path); // a link to the mount point is fine
            return !folder.IsOnSameDevice(FileStatus.OfPath(path + "/.."));
        }
        catch (HostException)
        {
            return false; // a mount whose server is gone is as good as none
        }
    }

    /// <summary>The target of a symbolic link; empty if there is no link.</summary>
    /// <exception cref="HostException">It cannot be read.</exception>
    public static unsafe string ReadLink(string path)
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

    /// <summary>The file that a path leads to through any number of links: it, and not the link, is what to replace.</summary>
    /// <exception cref="HostException">The links form a loop or cannot be read.</exception>
    public static string Target(string path)
    {
        try
        {
            return File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw HostException.Of($"cannot follow {path}", e);
        }
    }
}
