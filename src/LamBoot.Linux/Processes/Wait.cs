namespace LamBoot.Linux.Processes;

/// <summary>Waits for what nothing tells of: it is looked for again and again.</summary>
public static class Wait
{
    private const int LongestPauseMilliseconds = 20;

    /// <summary>Waits until a condition holds, with pauses that grow from 1 ms to 20 ms.</summary>
    /// <param name="condition">The condition; it is looked at once at least, and once more when time is up.</param>
    /// <param name="limit">How long to wait; negative for as long as it takes.</param>
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
