using System.Runtime.InteropServices;
using System.Text;
using LamBoot.Linux.Libc;

namespace LamBoot.Linux.Files;

/// <summary>
/// A small file that processes share, with locks of the kernel's: the content's, under which it is read and changed, and places in a
/// line, in which they wait in the order in which they came. All end with the process, however it ends.
/// </summary>
/// <remarks>
/// Locks of an open file description (fcntl(2), F_OFD_SETLK) on a byte each: a place is the byte behind those that are taken. Bytes
/// need not be there. The file is never removed: two processes could have the locks of two files then.
/// </remarks>
public sealed unsafe class LockedFile : IDisposable
{
    private const int MaximumSize = 128;
    private const long ContentByte = 1;
    private const long Head = 8; // not beside others: the kernel makes one lock of a process's neighbours
    private const long FirstPlace = 16;

    private readonly Descriptor _file;
    private readonly string _path;
    private long _place = long.MaxValue;

    private LockedFile(Descriptor file, string path) => (_file, _path) = (file, path);

    /// <summary>Opens the file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="create">Whether to make it where it is missing, mode 0600.</param>
    /// <returns>The file; null where it is missing.</returns>
    /// <exception cref="HostException">It cannot be opened, or is no regular file.</exception>
    public static LockedFile? Open(string path, bool create)
    {
        Descriptor? file = Descriptor.OpenShared(path, create ? Permissions.OwnerOnly : null);
        return file is null ? null : new(file, path);
    }

    /// <summary>Takes a place in the line. The content is to be locked: two would take the same.</summary>
    /// <param name="isAtHead">Whether it is to be before all others, where nobody else has that place; else it is the last.</param>
    /// <exception cref="HostException">The kernel has no lock to give.</exception>
    public void JoinLine(bool isAtHead)
    {
        _place = isAtHead ? Head : FirstPlace;
        while (FindLock(_place, isAtHead && _place == Head ? 1 : 0) is { } taken)
        {
            _place = Math.Max(taken + 1, FirstPlace);
        }

        _ = SetLock(_place, FileCalls.WriteLock, FileCalls.SetLock);
    }

    /// <summary>Gives the place up.</summary>
    public void LeaveLine()
    {
        _ = SetLock(_place, FileCalls.NoLock, FileCalls.SetLock);
        _place = long.MaxValue;
    }

    /// <summary>How many are before this one in the line; all who are in it, where this one is not.</summary>
    /// <exception cref="HostException">It cannot be told.</exception>
    public int CountBefore() => Count(Head, _place);

    /// <summary>When anything of the file changed last.</summary>
    /// <exception cref="HostException">It cannot be told.</exception>
    public FileTime Changed => _file.Status.Changed;

    /// <summary>Locks the content. Its holders keep it for as long as they write a file.</summary>
    /// <exception cref="HostException">The kernel has no lock to give.</exception>
    public void LockContent() => SetLock(ContentByte, FileCalls.WriteLock, FileCalls.SetLockAndWait);

    /// <summary>Locks the content, where nobody has it.</summary>
    /// <exception cref="HostException">The kernel has no lock to give.</exception>
    public bool TryLockContent() => SetLock(ContentByte, FileCalls.WriteLock, FileCalls.SetLock);

    /// <summary>Unlocks the content.</summary>
    public void UnlockContent() => SetLock(ContentByte, FileCalls.NoLock, FileCalls.SetLock);

    /// <summary>The content: one line, without its end.</summary>
    /// <exception cref="HostException">It cannot be read.</exception>
    public string Read()
    {
        byte[] buffer = new byte[MaximumSize];
        return Encoding.ASCII.GetString(buffer, 0, _file.Read(buffer, 0)).TrimEnd();
    }

    /// <summary>Replaces the content, of which any is as long as any other, by one write: a kill leaves the old one or the new.</summary>
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

    /// <summary>Gives up all locks.</summary>
    public void Dispose() => _file.Dispose();

    /// <summary>The places that are taken from one up to another: the kernel shows any one of them, and so the halves beside it.</summary>
    private int Count(long from, long to) =>
        from < to && FindLock(from, to - from) is { } taken ? 1 + Count(from, taken) + Count(taken + 1, to) : 0;

    /// <summary>A byte that another has locked; null for none.</summary>
    /// <param name="from">Where to look from.</param>
    /// <param name="length">How far; 0 for as far as there is.</param>
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
