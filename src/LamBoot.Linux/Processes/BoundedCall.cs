using System.Runtime.ExceptionServices;

namespace LamBoot.Linux.Processes;

/// <summary>
/// A call that may hang in the kernel, for example on storage whose server is gone: it runs on its own thread, which is abandoned if it
/// hangs. The caller then ends soon and releases its locks.
/// </summary>
public static class BoundedCall
{
    /// <summary>Longer than the total time of the programs that one read may need: pvesm, lvchange, qemu-img, rbd.</summary>
    private static TimeSpan Patience => 4 * ChildProcess.Patience;

    /// <summary>Makes a call.</summary>
    /// <param name="what">What does not answer if it hangs, in words.</param>
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
                failure = ExceptionDispatchInfo.Capture(e); // rethrown below, on the caller's thread
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

    /// <summary>Makes a call without a result.</summary>
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
