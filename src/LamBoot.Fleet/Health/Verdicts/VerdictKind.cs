namespace LamBoot.Fleet.Health.Verdicts;

/// <summary>Whether a VM boots, by evidence. In the order in which the rules are tried: the first match wins.</summary>
public enum VerdictKind
{
    /// <summary>The store cannot be read.</summary>
    Unreadable,

    /// <summary>A clone that has not been started yet.</summary>
    NotStarted,

    /// <summary>The firmware keeps rebooting.</summary>
    ResetLoop,

    /// <summary>The guest's kernel crashed in this run.</summary>
    Crashed,

    /// <summary>The entry returned to the loader: nothing was booted.</summary>
    LoadFailed,

    /// <summary>Boot after boot goes unconfirmed, in a VM whose guest does confirm its boots.</summary>
    CrashLoop,

    /// <summary>The firmware booted a moment ago.</summary>
    Starting,

    /// <summary>The firmware booted, but LamBoot did not run.</summary>
    NoLoader,

    /// <summary>A boot was not confirmed, in a VM whose guest does confirm its boots.</summary>
    Unconfirmed,

    /// <summary>A boot was not confirmed, in a VM whose guest has never confirmed one.</summary>
    NeverConfirmed,

    /// <summary>The guest confirmed its boot.</summary>
    Confirmed,

    /// <summary>The VM is running, or its guest powered it off, and nothing can confirm that it boots.</summary>
    Up,

    /// <summary>No LamBoot, and nothing else to report.</summary>
    NoLamBoot,
}

/// <summary>The words for the verdicts, and the status of each.</summary>
public static class VerdictKinds
{
    private static readonly string[] Words =
    [
        "unreadable",
        "not-started",
        "reset-loop",
        "crashed",
        "load-failed",
        "crash-loop",
        "starting",
        "no-loader",
        "unconfirmed",
        "never-confirmed",
        "confirmed",
        "up",
        "no-lamboot",
    ];

    /// <summary>All verdicts, in the order of the rules.</summary>
    public static IReadOnlyList<VerdictKind> All { get; } = Enum.GetValues<VerdictKind>();

    /// <summary>The word for a verdict, in records and metrics.</summary>
    public static string Word(this VerdictKind kind) => Words[(int)kind];

    /// <summary>Parses a verdict; null if the word is unknown.</summary>
    public static VerdictKind? Parse(string? word) =>
        Array.IndexOf(Words, word) is >= 0 and int kind ? (VerdictKind)kind : null;

    /// <summary>What a verdict means for the VM.</summary>
    public static HealthStatus Status(this VerdictKind kind) =>
        kind switch
        {
            VerdictKind.ResetLoop or VerdictKind.Crashed or VerdictKind.LoadFailed or VerdictKind.CrashLoop =>
                HealthStatus.Critical,
            VerdictKind.NoLoader or VerdictKind.Unconfirmed or VerdictKind.NeverConfirmed => HealthStatus.Warning,
            VerdictKind.Starting or VerdictKind.Confirmed => HealthStatus.Healthy,
            _ => HealthStatus.Unknown,
        };
}
