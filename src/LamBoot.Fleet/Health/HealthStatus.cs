namespace LamBoot.Fleet.Health;

/// <summary>What a boot record means for the VM.</summary>
public enum HealthStatus
{
    /// <summary>Nothing says whether the guest boots.</summary>
    Unknown,

    /// <summary>The guest boots.</summary>
    Healthy,

    /// <summary>The last boot was not confirmed: take a look.</summary>
    Warning,

    /// <summary>The guest does not boot.</summary>
    Critical,
}

/// <summary>The words for the statuses, and what gives a VM each status.</summary>
public static class HealthStatuses
{
    private static readonly string[] Words = ["unknown", "healthy", "warning", "critical"];

    /// <summary>All statuses, worst first.</summary>
    public static IReadOnlyList<HealthStatus> WorstFirst { get; } =
    [HealthStatus.Critical, HealthStatus.Warning, HealthStatus.Unknown, HealthStatus.Healthy];

    /// <summary>The word for a status, in records and on command lines.</summary>
    public static string Word(this HealthStatus status) => Words[(int)status];

    /// <summary>Parses a status; null if the word is unknown.</summary>
    public static HealthStatus? Parse(string? word) =>
        Array.IndexOf(Words, word) is >= 0 and int status ? (HealthStatus)status : null;
}
