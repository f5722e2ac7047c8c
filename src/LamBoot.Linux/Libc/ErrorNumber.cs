namespace LamBoot.Linux.Libc;

/// <summary>The error numbers that are told apart (asm-generic/errno-base.h, errno.h).</summary>
internal static class ErrorNumber
{
    public const int EntryNotFound = 2; // ENOENT
    public const int NoSuchProcess = 3; // ESRCH
    public const int Interrupted = 4; // EINTR
    public const int WouldBlock = 11; // EAGAIN
    public const int AccessDenied = 13; // EACCES
    public const int EntryExists = 17; // EEXIST
    public const int NotDirectory = 20; // ENOTDIR
    public const int NoSpace = 28; // ENOSPC
    public const int ReadOnlyFileSystem = 30; // EROFS
    public const int BrokenPipe = 32; // EPIPE
    public const int LinkLoop = 40; // ELOOP, what O_NOFOLLOW says of a link
}
