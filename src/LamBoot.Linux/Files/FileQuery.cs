using System.Text;
using LamBoot.Linux.Libc;

namespace LamBoot.Linux.Files;

/// <summary>What is at a path of the host's. Nothing there is an answer; whatever keeps us from looking is a failure.</summary>
public static class FileQuery
{
    /// <summary>Whether there is anything at a path, a link too.</summary>
    /// <exception cref="HostException">It cannot be told.</exception>
    public static bool Exists(string path) => !FileStatus.OfPathOrMissing(path).IsMissing;

    /// <summary>Whether there is a folder at a path, at the end of its links.</summary>
    /// <exception cref="HostException">It cannot be told.</exception>
    public static bool IsFolder(string path) => FileStatus.OfTargetOrMissing(path).IsFolder;

    /// <summary>Whether there is a regular file at a path, at the end of its links.</summary>
    /// <exception cref="HostException">It cannot be told.</exception>
    public static bool IsFile(string path) => FileStatus.OfTargetOrMissing(path).IsRegular;

    /// <summary>Whether a path is a symbolic link.</summary>
    /// <exception cref="HostException">It cannot be told.</exception>
    public static bool IsLink(string path) => FileStatus.OfPathOrMissing(path).IsLink;

    /// <summary>Whether a path belongs to who we are; root owns all.</summary>
    /// <exception cref="HostException">There is nothing, or it cannot be told.</exception>
    public static bool IsOwn(string path) => FileCalls.GetEUid() == 0 || FileStatus.OfTarget(path).IsOwn;

    /// <summary>Whether all users may read what a path leads to; false where there is nothing.</summary>
    /// <exception cref="HostException">It cannot be told.</exception>
    public static bool IsReadableByAll(string path) => FileStatus.OfTargetOrMissing(path).IsReadableByAll;

    /// <summary>Whether two paths lead to the same folder; not where one of them leads nowhere.</summary>
    /// <exception cref="HostException">It cannot be told.</exception>
    public static bool IsSameFolder(string one, string other)
    {
        (FileStatus first, FileStatus second) = (
            FileStatus.OfTargetOrMissing(one),
            FileStatus.OfTargetOrMissing(other)
        );
        return !first.IsMissing && first.IsSameFile(second);
    }

    /// <summary>Whether a path is a regular file with these permissions.</summary>
    /// <exception cref="HostException">It cannot be told.</exception>
    public static bool HasMode(string path, int mode) =>
        FileStatus.OfPathOrMissing(path) is { IsRegular: true } status && status.Permissions == mode;

    /// <summary>Whether a folder is where a file system is mounted; false where there is none, or its server does not answer.</summary>
    public static bool IsMountPoint(string path)
    {
        try
        {
            FileStatus folder = FileStatus.OfTarget(path); // a link to the mount will do
            return !folder.IsOnSameDevice(FileStatus.OfPath(path + "/.."));
        }
        catch (HostException)
        {
            return false; // a mount whose server is gone is as good as none
        }
    }

    /// <summary>What a symbolic link leads to; empty where there is none.</summary>
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

    /// <summary>The file that a path leads to, whatever links are in between: what has to be replaced, and not the link.</summary>
    /// <exception cref="HostException">The links lead in a circle, or cannot be read.</exception>
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
