namespace LamBoot.Linux.Libc;

/// <summary>The error numbers that are handled differently (asm-generic/errno-base.h, errno.h).</summary>
internal static class ErrorNumber
{
    public const int Interrupted = 4; // EINTR
    public const int WouldBlock = 11; // EAGAIN
    public const int AccessDenied = 13; // EACCES
    public const int BrokenPipe = 32; // EPIPE
    private const int EntryNotFound = 2; // ENOENT
    private const int NoSuchProcess = 3; // ESRCH
    private const int NoDeviceOrAddress = 6; // ENXIO
    private const int EntryExists = 17; // EEXIST
    private const int NotDirectory = 20; // ENOTDIR
    private const int NoSpace = 28; // ENOSPC
    private const int ReadOnlyFileSystem = 30; // EROFS
    private const int LinkLoop = 40; // ELOOP, returned by O_NOFOLLOW for a link

    /// <summary>The kind of an error number, and our words for it if the system's are too terse.</summary>
    public static (HostErrorKind Kind, string? Words) Describe(int errno) =>
        errno switch
        {
            EntryNotFound or NotDirectory => (HostErrorKind.NotFound, null),
            NoSuchProcess => (HostErrorKind.NoProcess, null),
            NoDeviceOrAddress => (HostErrorKind.NoDevice, null),
            AccessDenied => (HostErrorKind.AccessDenied, null),
            EntryExists => (HostErrorKind.Exists, null),
            NoSpace => (HostErrorKind.NoSpace, "no space left on the device"),
            ReadOnlyFileSystem => (HostErrorKind.ReadOnly, "the file system is read-only"),
            LinkLoop => (HostErrorKind.LinkLoop, null),
            _ => (HostErrorKind.Other, null),
        };
}
