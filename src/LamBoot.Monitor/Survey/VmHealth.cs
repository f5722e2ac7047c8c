using LamBoot.Fleet.Health;
using LamBoot.Fleet.Health.Verdicts;

namespace LamBoot.Monitor.Survey;

/// <summary>A VM of a survey.</summary>
/// <param name="Record">Its health.</param>
/// <param name="IsAttached">Whether its configuration names our hookscript or carries our item: it is meant to run LamBoot.</param>
/// <param name="Uuid">The uuid of its configuration's smbios1; null where there is none, or it cannot be read.</param>
internal sealed record VmHealth(HealthRecord Record, bool IsAttached, string? Uuid)
{
    /// <summary>The node that it is on.</summary>
    public string Node => Record.Node;

    /// <summary>Why nobody is to hear of it.</summary>
    public Quiet Quiet { get; init; }

    /// <summary>Whether nobody is to hear of it.</summary>
    public bool IsQuiet => Quiet != Quiet.No;

    /// <summary>Since when surveys have seen it so, as far as is known; null where this is the first.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>What its node's health log has of its boots, the oldest first; of this node's own VMs none, since the log is here.</summary>
    public IReadOnlyList<HealthRecord> Boots { get; init; } = [];

    /// <summary>Whether it has no OVMF.</summary>
    public bool IsWithoutOvmf => Record.Error?.Kind == HealthErrorKind.NotOvmf;

    /// <summary>Whether it says nothing since LamBoot never ran in it. A VM that is not to run it is not an error.</summary>
    public bool IsWithoutLamBoot => IsWithoutStore(Record) || Record.Error?.Kind == HealthErrorKind.NoLamBootVariables;

    /// <summary>Whether there is something to say of it, with LamBoot or without.</summary>
    public bool IsBroken => Record.Status is HealthStatus.Critical or HealthStatus.Warning;

    /// <summary>Whether its health is to be known and is not. Of one that is up, and that nothing can confirm, all is known that can be.</summary>
    public bool IsUnknown =>
        Record.Status == HealthStatus.Unknown && Record.Verdict != VerdictKind.Up && !IsWithoutLamBoot;

    /// <summary>Whether its store could not be read.</summary>
    public bool IsReadError => Record.Error is not null && !IsWithoutLamBoot;

    /// <summary>Whether a VM has no variable store: nothing of it can be unreadable.</summary>
    public static bool IsWithoutStore(HealthRecord record) =>
        record.Error?.Kind is HealthErrorKind.NotOvmf or HealthErrorKind.NoEfiDisk;
}
