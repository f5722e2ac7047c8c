using System.Runtime.ExceptionServices;

namespace LamBoot.Linux.Processes;

/// <summary>
/// A call that may hang in the kernel, as on a storage whose server is gone: it is made on a thread of its own, which is left behind then.
/// Whoever called ends soon after, and gives back the locks that it has.
/// </summary>
public static class BoundedCall
{
    /// <summary>Longer than the programs may take that a read may need, one after another: pvesm, lvchange, qemu-img, rbd.</summary>
    private static TimeSpan Patience => 4 * ChildProcess.Patience;

    /// <summary>Makes a call.</summary>
    /// <param name="what">What does not answer then, for a person.</param>
    /// <param name="call">The call.</param>
    /// <exception cref="HostException">It did not end in time: <see cref="HostErrorKind.Timeout"/>.</exception>
    public static T Run<T>(string what, Func<T> call)
    {
        T result = default!;
        ExceptionDispatchInfo? failure = null;
        Thread thread = new(() =>
        {
            try
            {
                result = call();
            }
            catch (Exception e)
            {
                failure = ExceptionDispatchInfo.Capture(e); // thrown again below, on the caller's thread
            }
        })
        {
            IsBackground = true,
        };
        thread.Start();
        if (!thread.Join(Patience))
        {
            throw new HostException(
                HostErrorKind.Timeout,
                $"{what} did not answer within {Patience.TotalSeconds} s; check for hung storage"
            );
        }

        failure?.Throw();
        return result;
    }

    /// <summary>Makes a call that gives nothing.</summary>
    /// <inheritdoc cref="Run{T}"/>
    public static void Run(string what, Action call) =>
        Run(
            what,
            () =>
            {
                call();
                return true;
            }
        );
}
