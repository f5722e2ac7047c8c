namespace LamBoot.Monitor.Survey;

/// <summary>
/// The threads of .NET's pool, which HTTP takes. The runtime aborts the process where it cannot make the pool's first: so they are
/// made before, and where the system gives none (TasksMax, pids.max) that is a failure like others.
/// </summary>
internal static class WorkerThreads
{
    // The pool's own watcher and two workers, and one for timers.
    private const int Needed = 4;
    private const int StackSize = 64 << 10;

    private static bool _areThere;

    /// <summary>Makes them, once.</summary>
    /// <exception cref="OutOfMemoryException">The system gives no thread.</exception>
    public static void Ensure()
    {
        if (_areThere)
        {
            return;
        }

        Try();
        using ManualResetEventSlim hasRun = new();
        ThreadPool.UnsafeQueueUserWorkItem(done => done.Set(), hasRun, preferLocal: false);
        hasRun.Wait();
        _areThere = true;
    }

    /// <summary>Has as many threads at once for an instant: what fails here is an exception, and in the pool an abort.</summary>
    private static void Try()
    {
        using ManualResetEventSlim end = new();
        List<Thread> started = [];
        try
        {
            for (int thread = 0; thread < Needed; thread++)
            {
                Thread waiting = new(end.Wait, StackSize) { IsBackground = true };
                waiting.Start();
                started.Add(waiting);
            }
        }
        finally
        {
            end.Set();
            started.ForEach(thread => thread.Join());
        }
    }
}
