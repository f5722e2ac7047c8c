using System.Runtime.InteropServices;
using LamBoot.Linux.Libc;

namespace LamBoot.Linux;

/// <summary>A failure of the host that is told to an administrator: one line, the cause and where there is one the mend.</summary>
public class HostException : Exception
{
    /// <summary>A failure in words.</summary>
    public HostException(string message)
        : base(message) { }

    /// <summary>Something that is not there.</summary>
    internal static HostException NotThere(string message) => new(message, ErrorNumber.EntryNotFound);

    private HostException(string message, int errno)
        : base(message) => Errno = errno;

    /// <summary>The system's error number; 0 where it is not the system's.</summary>
    public int Errno { get; }

    /// <summary>Whether what was opened is not there (ENOENT, ENOTDIR).</summary>
    public bool IsNotFound => Errno is ErrorNumber.EntryNotFound or ErrorNumber.NotDirectory;

    /// <summary>The failure of the system call just made.</summary>
    /// <param name="what">What was tried: <c>cannot open /path</c>.</param>
    internal static HostException LastError(string what) => FromErrno(what, Marshal.GetLastPInvokeError());

    /// <summary>The failure of a call that returns its error number.</summary>
    /// <param name="what">What was tried: <c>cannot run /path</c>.</param>
    /// <param name="errno">The number.</param>
    /// <param name="fix">How to fix it: <c>; is pve-cluster running?</c>.</param>
    internal static HostException FromErrno(string what, int errno, string fix = "") =>
        new($"{what}: {Reason(errno)}{fix}", errno);

    private static string Reason(int errno) =>
        errno switch
        {
            ErrorNumber.NoSpace => "no space left on the device",
            ErrorNumber.ReadOnlyFileSystem => "the file system is read-only",
            _ => Marshal.GetPInvokeErrorMessage(errno),
        };
}

/// <summary>A failure of the host by not answering in time.</summary>
public sealed class HostTimeoutException(string message) : HostException(message);
