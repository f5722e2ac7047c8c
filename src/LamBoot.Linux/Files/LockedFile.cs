using System.Runtime.InteropServices;
using System.Text;
using LamBoot.Linux.Libc;

namespace LamBoot.Linux.Files;

/// <summary>
/// A small file that processes share, with two locks of the kernel's: a line, in which they wait in the order in which they came, and
/// the content's, under which it is read and changed. Both end with the process, however it ends.
/// </summary>
/// <remarks>
/// Locks of an open file description (fcntl(2), F_OFD_SETLKW) on a byte each. Who waits for such a lock waits behind those who came
/// before (fs/locks.c, __locks_insert_block, since Linux 5.0), so nobody has to ask again and again. The file is never removed: two
/// processes could have the locks of two files then.
/// </remarks>
public sealed unsafe class LockedFile : IDisposable
{
    private const int MaximumSize = 128;
    private const long LineByte = 0;
    private const long ContentByte = 1;

    private readonly Descriptor _file;
    private readonly string _path;

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

    /// <summary>Waits until it is this process's turn, for as long as it takes.</summary>
    /// <exception cref="HostException">The kernel has no lock to give.</exception>
    public void WaitInLine() => SetLock(LineByte, FileCalls.WriteLock, FileCalls.SetLockAndWait);

    /// <summary>Whether it is this process's turn now: nobody waits.</summary>
    /// <exception cref="HostException">The kernel has no lock to give.</exception>
    public bool IsFirstInLine() => SetLock(LineByte, FileCalls.WriteLock, FileCalls.SetLock);

    /// <summary>Locks the content. Its holders keep it for as long as they write a file.</summary>
    /// <exception cref="HostException">The kernel has no lock to give.</exception>
    public void LockContent() => SetLock(ContentByte, FileCalls.WriteLock, FileCalls.SetLockAndWait);

    /// <summary>Lets the next in line have its turn.</summary>
    public void LeaveLine() => SetLock(LineByte, FileCalls.NoLock, FileCalls.SetLock);

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

    /// <summary>Gives up both locks.</summary>
    public void Dispose() => _file.Dispose();

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
