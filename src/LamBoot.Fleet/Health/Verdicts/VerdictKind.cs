namespace LamBoot.Fleet.Health.Verdicts;

/// <summary>Whether a VM boots, by evidence. In the order in which the rules are tried: the first match wins.</summary>
public enum VerdictKind
{
    /// <summary>The store cannot be read; the reason says why.</summary>
    Unreadable,

    /// <summary>A clone in which LamBoot has not run yet: its store still says what its source's did.</summary>
    NotStarted,

    /// <summary>
    /// The firmware booted <c>reset_threshold</c> times (4) within <c>reset_window_seconds</c> (600) in one QEMU, or at that rate on
    /// average, and nothing confirmed the last boot. Starts by the host do not count.
    /// </summary>
    ResetLoop,

    /// <summary>
    /// The newest crash record is from this run (for a stopped VM, from its last run), and no boot has been confirmed since.
    /// <c>lamboot-hook crash VMID</c> shows what the kernel reported.
    /// </summary>
    Crashed,

    /// <summary>The boot entry returned to LamBoot (kernel not found, or not signed): nothing was booted.</summary>
    LoadFailed,

    /// <summary>
    /// <c>crash_threshold</c> consecutive boots (2) before the last one were not confirmed, nor was the last, in a VM whose guest has
    /// confirmed one before, and the guest did not power itself off.
    /// </summary>
    CrashLoop,

    /// <summary>
    /// The firmware booted less than <c>boot_grace_seconds</c> (300) ago, or the VM was started less than that ago and its firmware has not
    /// booted yet.
    /// </summary>
    Starting,

    /// <summary>
    /// LamBoot did not run in the firmware's last boot: the VM is stuck in the firmware, or something else was booted. Or the firmware
    /// itself has not booted since the VM was started.
    /// </summary>
    NoLoader,

    /// <summary>The last boot was not confirmed, in a VM whose guest has confirmed one before.</summary>
    Unconfirmed,

    /// <summary>
    /// The VM was stopped from the host (<c>qm stop</c>, not <c>qm shutdown</c>) or killed, and no confirmed boot of it is known: a crash
    /// and a guest without the success service look the same.
    /// </summary>
    NeverConfirmed,

    /// <summary>The guest's own service confirmed the boot. If QEMU has halted the guest since, as after an I/O error, the reason says so.</summary>
    Confirmed,

    /// <summary>
    /// The VM is running, or its guest powered it off, and nothing can confirm its boots: no LamBoot, or no success service in the guest.
    /// </summary>
    Up,

    /// <summary>No LamBoot in this VM, and nothing else to report.</summary>
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
