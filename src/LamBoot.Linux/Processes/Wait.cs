namespace LamBoot.Linux.Processes;

/// <summary>Waits for conditions that nothing signals, by polling.</summary>
public static class Wait
{
    private const int LongestPauseMilliseconds = 20;

    /// <summary>Waits until a condition holds, polling at intervals that grow from 1 ms to 20 ms.</summary>
    /// <param name="condition">The condition; checked at least once, and once more when time is up.</param>
    /// <param name="limit">How long to wait; negative for no limit.</param>
    /// <returns>Whether it holds.</returns>
    public static bool Until(Func<bool> condition, TimeSpan limit)
    {
        long end = limit < TimeSpan.Zero ? long.MaxValue : Environment.TickCount64 + (long)limit.TotalMilliseconds;
        for (int pause = 1; ; pause = Math.Min(2 * pause, LongestPauseMilliseconds))
        {
            bool isLast = Environment.TickCount64 >= end;
            if (condition())
            {
                return true;
            }

            if (isLast)
            {
                return false;
            }

            Thread.Sleep(pause);
        }
    }
}
