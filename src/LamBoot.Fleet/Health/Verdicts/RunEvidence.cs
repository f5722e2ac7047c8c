using LamBoot.Pve.Qemu;

namespace LamBoot.Fleet.Health.Verdicts;

/// <summary>What the host knows about a VM's runs. A run is one QEMU process from start to end.</summary>
public sealed record RunEvidence
{
    /// <summary>Whether its QEMU is running.</summary>
    public bool IsRunning { get; init; }

    /// <summary>When the current run began; null if the VM is not running or the time is unknown.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Whether its guest was running already when this QEMU took it over: migrated, or resumed from a saved state.</summary>
    public bool IsResumed { get; init; }

    /// <summary>Why QEMU has halted the guest, as QMP names it (<c>io-error</c>); null if it has not.</summary>
    public string? HaltedAs { get; init; }

    /// <summary>How long the previous run lasted; null if unknown.</summary>
    public TimeSpan? LastTook { get; init; }

    /// <summary>The firmware's boot count when this run began or, for a stopped VM, when its last run began; null if unknown.</summary>
    public uint? BootsBefore { get; init; }

    /// <summary>How the previous run ended; null if unknown or if QEMU was killed.</summary>
    public RunEnd? EndedBy { get; init; }

    /// <summary>Whether the VM's guest is known to have ever confirmed a boot.</summary>
    public bool WasConfirmed { get; init; }

    /// <summary>What surveys before this one saw, oldest first.</summary>
    public IReadOnlyList<SeenBoots> Seen { get; init; } = [];
}

/// <summary>The firmware's boot count seen by an earlier survey.</summary>
/// <param name="At">The time of the survey.</param>
/// <param name="FirmwareBoots">The count.</param>
public readonly record struct SeenBoots(DateTimeOffset At, uint FirmwareBoots);
