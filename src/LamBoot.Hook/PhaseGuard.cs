using LamBoot.Linux;

namespace LamBoot.Hook;

/// <summary>Runs the steps of a phase so that whatever goes wrong in one is a line of the task's log, and the next goes on.</summary>
internal sealed class PhaseGuard(TaskLog log, string phase)
{
    private static readonly TimeSpan LastWait = TimeSpan.FromSeconds(1);

    /// <summary>Does what may hang itself, for a second at most; what hangs ends with the process. Without a thread it is not done.</summary>
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

    /// <summary>A fault of ours must not stop the VM either.</summary>
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
