namespace LamBoot.Fleet.Health.Verdicts;

/// <summary>Whether a VM boots, by evidence. In the order in which the rules are tried: the first that applies counts.</summary>
public enum VerdictKind
{
    /// <summary>The store cannot be read.</summary>
    Unreadable,

    /// <summary>A clone that has not started since it was cloned.</summary>
    NotStarted,

    /// <summary>The firmware boots again and again.</summary>
    ResetLoop,

    /// <summary>The guest's kernel left its last words in this run.</summary>
    Crashed,

    /// <summary>The entry came back to the loader: nothing was booted.</summary>
    LoadFailed,

    /// <summary>Boot after boot is not confirmed, in a VM whose guest does confirm its boots.</summary>
    CrashLoop,

    /// <summary>The firmware booted a moment ago.</summary>
    Starting,

    /// <summary>The firmware booted, and LamBoot did not begin.</summary>
    NoLoader,

    /// <summary>A boot was not confirmed, in a VM whose guest does confirm its boots.</summary>
    Unconfirmed,

    /// <summary>A boot was not confirmed, in a VM whose guest never confirmed any.</summary>
    NeverConfirmed,

    /// <summary>The guest confirmed its boot.</summary>
    Confirmed,

    /// <summary>It runs, or its guest powered it off, and nothing can confirm that it boots.</summary>
    Up,

    /// <summary>No LamBoot, and nothing else to say.</summary>
    NoLamBoot,
}

/// <summary>The words of the verdicts and the status of each.</summary>
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

    /// <summary>All of them, in the order of the rules.</summary>
    public static IReadOnlyList<VerdictKind> All { get; } = Enum.GetValues<VerdictKind>();

    /// <summary>The word of a verdict, in records and metrics.</summary>
    public static string Word(this VerdictKind kind) => Words[(int)kind];

    /// <summary>The verdict of a word; null for a word that is none's.</summary>
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
