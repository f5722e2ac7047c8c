namespace LamBoot.Monitor.Alerts;

/// <summary>How long to wait after a delivery that failed.</summary>
internal static class RetryPause
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    /// <summary>Twice as long after each failure, and by chance half as long to half as long again, so that nodes do not come all at once.</summary>
    /// <param name="failures">How many failed in a row, 1 or more.</param>
    /// <param name="chance">From 0 to 1.</param>
    public static TimeSpan After(int failures, double chance) =>
        (0.5 + chance)
        * TimeSpan.FromSeconds(Math.Min(First.TotalSeconds * Math.Pow(2, failures - 1), Longest.TotalSeconds));
}
