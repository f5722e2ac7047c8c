namespace LamBoot.Fleet.Health;

/// <summary>What a boot record means.</summary>
public enum HealthStatus
{
    /// <summary>Nothing says whether the guest boots.</summary>
    Unknown,

    /// <summary>The guest boots.</summary>
    Healthy,

    /// <summary>The last boot was not confirmed: look at it.</summary>
    Warning,

    /// <summary>The guest does not boot.</summary>
    Critical,
}

/// <summary>The words of the statuses, and what gives a VM its status.</summary>
public static class HealthStatuses
{
    private static readonly string[] Words = ["unknown", "healthy", "warning", "critical"];

    /// <summary>All of them, the worst first.</summary>
    public static IReadOnlyList<HealthStatus> WorstFirst { get; } =
    [HealthStatus.Critical, HealthStatus.Warning, HealthStatus.Unknown, HealthStatus.Healthy];

    /// <summary>The word of a status, in records and on command lines.</summary>
    public static string Word(this HealthStatus status) => Words[(int)status];

    /// <summary>The status of a word; null for a word that is none's.</summary>
    public static HealthStatus? Parse(string? word) =>
        Array.IndexOf(Words, word) is >= 0 and int status ? (HealthStatus)status : null;
}
