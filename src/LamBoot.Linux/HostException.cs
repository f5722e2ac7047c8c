using System.Runtime.InteropServices;
using LamBoot.Linux.Libc;

namespace LamBoot.Linux;

/// <summary>
/// A failure on the host, described to an administrator in one line: what was tried, why it failed, and how to fix it, if known. The
/// libraries throw no other exception for such failures.
/// </summary>
public class HostException : Exception
{
    /// <summary>A failure in words, of no particular kind.</summary>
    /// <param name="message">What was tried, why it failed, and how to fix it.</param>
    public HostException(string message)
        : this(HostErrorKind.Other, message) { }

    /// <summary>A failure in words.</summary>
    /// <param name="kind">The kind of failure.</param>
    /// <param name="message">What was tried, why it failed, and how to fix it.</param>
    public HostException(HostErrorKind kind, string message)
        : base(message) => Kind = kind;

    private HostException(HostErrorKind kind, string what, string why)
        : base($"{what}: {why}") => (Kind, _why) = (kind, why);

    private readonly string? _why;

    /// <summary>The kind of failure.</summary>
    public HostErrorKind Kind { get; }

    /// <summary>Whether what was to be opened does not exist.</summary>
    public bool IsNotFound => Kind == HostErrorKind.NotFound;

    /// <summary>Returns the same failure, reworded by a caller that knows more about it.</summary>
    /// <param name="what">What was tried; null to keep the original.</param>
    /// <param name="fix">How to fix it, including what separates it from the cause: <c>; is pve-cluster running?</c>.</param>
    public HostException With(string? what = null, string fix = "")
    {
        string said = what is null || _why is null ? Message : $"{what}: {_why}";
        return new(Kind, said + fix);
    }

    /// <summary>The failure of the last system call.</summary>
    /// <param name="what">What was tried: <c>cannot open /path</c>.</param>
    internal static HostException LastError(string what) => FromErrno(what, Marshal.GetLastPInvokeError());

    /// <summary>The failure of a call that returns its error number.</summary>
    /// <param name="what">What was tried: <c>cannot run /path</c>.</param>
    /// <param name="errno">The number.</param>
    internal static HostException FromErrno(string what, int errno)
    {
        (HostErrorKind kind, string? told) = ErrorNumber.Describe(errno);
        string why = told ?? Marshal.GetPInvokeErrorMessage(errno);
        return new(kind, what, why);
    }

    /// <summary>A failure of .NET's own file calls.</summary>
    /// <param name="what">What was tried: <c>cannot copy /path</c>.</param>
    /// <param name="e">The exception.</param>
    internal static HostException Of(string what, Exception e)
    {
        HostErrorKind kind = e switch
        {
            FileNotFoundException or DirectoryNotFoundException => HostErrorKind.NotFound,
            UnauthorizedAccessException => HostErrorKind.AccessDenied,
            _ => HostErrorKind.Other,
        };
        return new(kind, what, e.Message);
    }
}
