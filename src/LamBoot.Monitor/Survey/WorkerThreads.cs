namespace LamBoot.Monitor.Survey;

/// <summary>
/// Creates the threads of .NET's thread pool, which HTTP uses. The runtime aborts the process if it cannot create the pool's first threads,
/// so they are created in advance, where a system limit (TasksMax, pids.max) is an ordinary failure.
/// </summary>
internal static class WorkerThreads
{
    // The pool's own gate thread and two workers, and one for timers.
    private const int Needed = 4;
    private const int StackSize = 64 << 10;

    private static bool _areThere;

    /// <summary>Creates them, once.</summary>
    /// <exception cref="OutOfMemoryException">The system has no thread left.</exception>
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

    /// <summary>Briefly runs as many threads at once: a failure is an exception here, but an abort in the pool.</summary>
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
