namespace LamBoot.Monitor.Alerts;

/// <summary>How long to wait after a failed delivery.</summary>
internal static class RetryPause
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    /// <summary>Doubles after each failure, randomized by up to half in either direction so that the nodes do not all retry at once.</summary>
    /// <param name="failures">The number of consecutive failures, at least 1.</param>
    /// <param name="chance">A random number from 0 to 1.</param>
    public static TimeSpan After(int failures, double chance) =>
        (0.5 + chance)
        * TimeSpan.FromSeconds(Math.Min(First.TotalSeconds * Math.Pow(2, failures - 1), Longest.TotalSeconds));
}
