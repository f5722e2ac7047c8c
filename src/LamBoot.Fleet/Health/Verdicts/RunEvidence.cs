using LamBoot.Pve.Qemu;

namespace LamBoot.Fleet.Health.Verdicts;

/// <summary>What the host knows of a VM's runs, a run being one QEMU from its start to its end.</summary>
public sealed record RunEvidence
{
    /// <summary>Whether its QEMU runs.</summary>
    public bool IsRunning { get; init; }

    /// <summary>Since when it runs; null where it does not, or that is not known.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>How long the run that ended last took; null where that is not known.</summary>
    public TimeSpan? LastTook { get; init; }

    /// <summary>How often the firmware had booted when this run began, or the last one of a stopped VM; null where that is not known.</summary>
    public uint? BootsBefore { get; init; }

    /// <summary>How the run that ended last did; null where that is not known, or QEMU was killed.</summary>
    public RunEnd? EndedBy { get; init; }

    /// <summary>Whether the VM's guest has ever confirmed a boot, as far as is known.</summary>
    public bool WasConfirmed { get; init; }

    /// <summary>What surveys before this one saw, the oldest first.</summary>
    public IReadOnlyList<SeenBoots> Seen { get; init; } = [];
}

/// <summary>How often the firmware had booted at an earlier look.</summary>
/// <param name="At">When.</param>
/// <param name="FirmwareBoots">The count.</param>
public readonly record struct SeenBoots(DateTimeOffset At, uint FirmwareBoots);
