using LamBoot.Fleet.Health;
using LamBoot.Fleet.Health.Verdicts;

namespace LamBoot.Monitor.Survey;

/// <summary>A VM in a survey.</summary>
/// <param name="Record">Its health.</param>
/// <param name="IsAttached">Whether its configuration names our hookscript or carries our item: it is meant to run LamBoot.</param>
/// <param name="Uuid">The UUID in its configuration's smbios1; null if there is none, or if it cannot be read.</param>
internal sealed record VmHealth(HealthRecord Record, bool IsAttached, string? Uuid)
{
    /// <summary>The node that it is on.</summary>
    public string Node => Record.Node;

    /// <summary>Why it is excluded from alerts.</summary>
    public Quiet Quiet { get; init; }

    /// <summary>Whether it is excluded from alerts.</summary>
    public bool IsQuiet => Quiet != Quiet.No;

    /// <summary>Since when its verdict has been the same, as far as surveys and the health log know; null if neither does.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Its boots in its node's health log, oldest first; none for this node's own VMs, because that log is on this host.</summary>
    public IReadOnlyList<HealthRecord> Boots { get; init; } = [];

    /// <summary>Whether it has no OVMF.</summary>
    public bool IsWithoutOvmf => Record.Error?.Kind == HealthErrorKind.NotOvmf;

    /// <summary>
    /// Whether nothing is known about it because LamBoot never ran in it. For a VM that is not meant to run it, that is not an error.
    /// </summary>
    public bool IsWithoutLamBoot => IsWithoutStore(Record) || IsStoreWithoutLamBoot(Record);

    /// <summary>Whether there is something wrong with it, with or without LamBoot.</summary>
    public bool IsBroken => Record.Status is HealthStatus.Critical or HealthStatus.Warning;

    /// <summary>
    /// Whether its health should be known but is not. If a VM is up and nothing can confirm it, everything that can be known is.
    /// </summary>
    public bool IsUnknown =>
        Record.Status == HealthStatus.Unknown && Record.Verdict != VerdictKind.Up && !IsWithoutLamBoot;

    /// <summary>Whether its store could not be read.</summary>
    public bool IsReadError => !IsWithoutStore(Record) && !IsReadable(Record);

    /// <summary>
    /// Whether a VM's store could be read, even if what it says is not about LamBoot, or about the VM from which it was cloned.
    /// </summary>
    public static bool IsReadable(HealthRecord record) =>
        record.Error is null || record.IsNotStarted || IsStoreWithoutLamBoot(record);

    /// <summary>Whether nothing of LamBoot's is in a store: the firmware has not written to it yet, or LamBoot has not.</summary>
    private static bool IsStoreWithoutLamBoot(HealthRecord record) =>
        record.Error?.Kind == HealthErrorKind.NoLamBootVariables
        || (
            record.Error?.Kind == HealthErrorKind.Erased
            && record.Verdict is { } verdict
            && verdict != VerdictKind.Unreadable
        );

    /// <summary>Whether a VM has no variable store, so that none can be unreadable.</summary>
    public static bool IsWithoutStore(HealthRecord record) =>
        record.Error?.Kind is HealthErrorKind.NotOvmf or HealthErrorKind.NoEfiDisk;
}
