using LamBoot.Linux;

namespace LamBoot.Hook;

/// <summary>Runs the steps of a phase so that a failure in one becomes a line in the task log and the next still runs.</summary>
internal sealed class PhaseGuard(TaskLog log, string phase)
{
    private static readonly TimeSpan LastWait = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Runs an action that may hang, for at most one second; if it hangs, it ends with the process. If no thread can be started, it does not
    /// run.
    /// </summary>
    public void RunBounded(Action action)
    {
        try
        {
            Thread thread = new(() => Run(action)) { IsBackground = true };
            thread.Start();
            thread.Join(LastWait);
        }
        catch (Exception e) when (e is OutOfMemoryException or ThreadStartException)
        {
            log.Fail("cannot start a thread");
        }
    }

    /// <summary>Runs a step. A bug of ours must not stop the VM either.</summary>
    public void Run(Action action)
    {
        try
        {
            action();
        }
        catch (HostException e)
        {
            log.Fail(e.Message);
        }
        catch (OutOfMemoryException)
        {
            log.Fail($"out of memory in {phase}");
        }
        catch (Exception e)
        {
            log.Fail($"internal error in {phase}: {e.GetType().Name}: {e.Message}; please report it");
        }
    }
}
