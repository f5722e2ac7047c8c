using System.Runtime.InteropServices;
using System.Text;
using LamBoot.Linux.Libc;

namespace LamBoot.Linux.Files;

/// <summary>
/// A small file shared between processes, with kernel locks: one for its content, held while reading and changing it, and one for each
/// place in a queue, in which processes wait in order of arrival. All locks end with the process, however it ends.
/// </summary>
/// <remarks>
/// The locks are open file description locks (fcntl(2), F_OFD_SETLK) on one byte each; a new place is the byte after those taken. The bytes
/// need not exist. The file is never removed, because then two processes could hold the locks of two different files.
/// </remarks>
public sealed unsafe class LockedFile : IDisposable
{
    private const int MaximumSize = 128;
    private const long ContentByte = 1;
    private const long Head = 8; // not adjacent to others: the kernel merges adjacent locks of a process
    private const long FirstPlace = 16;

    private readonly Descriptor _file;
    private readonly string _path;
    private long _place = long.MaxValue;

    private LockedFile(Descriptor file, string path) => (_file, _path) = (file, path);

    /// <summary>Opens the file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="create">Whether to create it if missing, with mode 0600.</param>
    /// <returns>The file; null if it is missing.</returns>
    /// <exception cref="HostException">It cannot be opened, or is not a regular file.</exception>
    public static LockedFile? Open(string path, bool create)
    {
        Descriptor? file = Descriptor.OpenShared(path, create ? Permissions.OwnerOnly : null);
        return file is null ? null : new(file, path);
    }

    /// <summary>Takes a place in the queue. The content must be locked: otherwise two processes could take the same place.</summary>
    /// <param name="isAtHead">Whether to go before all others if nobody else has that place; otherwise the place is the last.</param>
    /// <exception cref="HostException">The kernel has no lock left.</exception>
    public void JoinLine(bool isAtHead)
    {
        _place = isAtHead ? Head : FirstPlace;
        while (FindLock(_place, isAtHead && _place == Head ? 1 : 0) is { } taken)
        {
            _place = Math.Max(taken + 1, FirstPlace);
        }

        _ = SetLock(_place, FileCalls.WriteLock, FileCalls.SetLock);
    }

    /// <summary>Leaves the queue.</summary>
    public void LeaveLine()
    {
        _ = SetLock(_place, FileCalls.NoLock, FileCalls.SetLock);
        _place = long.MaxValue;
    }

    /// <summary>The number of places ahead of this one in the queue, or of all places if this one is not in it.</summary>
    /// <exception cref="HostException">It cannot be determined.</exception>
    public int CountBefore() => Count(Head, _place);

    /// <summary>When the file's content or status last changed.</summary>
    /// <exception cref="HostException">It cannot be determined.</exception>
    public FileTime Changed => _file.Status.Changed;

    /// <summary>Locks the content. Holders keep the lock only while they write a file.</summary>
    /// <exception cref="HostException">The kernel has no lock left.</exception>
    public void LockContent() => SetLock(ContentByte, FileCalls.WriteLock, FileCalls.SetLockAndWait);

    /// <summary>Locks the content unless someone else holds it.</summary>
    /// <exception cref="HostException">The kernel has no lock left.</exception>
    public bool TryLockContent() => SetLock(ContentByte, FileCalls.WriteLock, FileCalls.SetLock);

    /// <summary>Unlocks the content.</summary>
    public void UnlockContent() => SetLock(ContentByte, FileCalls.NoLock, FileCalls.SetLock);

    /// <summary>Reads the content: one line, without its newline.</summary>
    /// <exception cref="HostException">It cannot be read.</exception>
    public string Read()
    {
        byte[] buffer = new byte[MaximumSize];
        return Encoding.ASCII.GetString(buffer, 0, _file.Read(buffer, 0)).TrimEnd();
    }

    /// <summary>
    /// Replaces the content, which always has the same length, in one write: a kill leaves either the old or the new one.
    /// </summary>
    /// <param name="text">The content, in ASCII; empty for none.</param>
    /// <exception cref="HostException">It cannot be written.</exception>
    public void Write(string text)
    {
        if (text.Length > 0)
        {
            _file.WriteAt(Encoding.ASCII.GetBytes(text.PadRight(MaximumSize)), 0);
        }
        else if (FileCalls.FTruncate(_file.Number, 0) != 0)
        {
            throw HostException.LastError($"cannot write {_path}");
        }
    }

    /// <summary>Releases all locks.</summary>
    public void Dispose() => _file.Dispose();

    /// <summary>
    /// Counts the places taken within a range: the kernel reports any one of them, so the ranges before and after it are searched in turn.
    /// </summary>
    private int Count(long from, long to) =>
        from < to && FindLock(from, to - from) is { } taken ? 1 + Count(from, taken) + Count(taken + 1, to) : 0;

    /// <summary>A byte that someone else has locked; null if none.</summary>
    /// <param name="from">The first byte to check.</param>
    /// <param name="length">The number of bytes to check; 0 for all that follow.</param>
    private long? FindLock(long from, long length)
    {
        FileCalls.FileLock found = new()
        {
            Type = FileCalls.WriteLock,
            Start = from,
            Length = length,
        };
        return FileCalls.Control(_file.Number, FileCalls.GetLock, &found) != 0
                ? throw HostException.LastError($"cannot find out who has {_path} locked")
            : found.Type == FileCalls.NoLock ? null
            : found.Start;
    }

    private bool SetLock(long at, short type, int command)
    {
        FileCalls.FileLock wanted = new()
        {
            Type = type,
            Start = at,
            Length = 1,
        };
        while (FileCalls.Control(_file.Number, command, &wanted) != 0)
        {
            int errno = Marshal.GetLastPInvokeError();
            if (command == FileCalls.SetLock && errno is ErrorNumber.WouldBlock or ErrorNumber.AccessDenied)
            {
                return false;
            }

            if (errno != ErrorNumber.Interrupted)
            {
                throw HostException.FromErrno($"cannot lock {_path}", errno);
            }
        }

        return true;
    }
}
