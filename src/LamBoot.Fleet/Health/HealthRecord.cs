using LamBoot.Fleet.Health.Verdicts;
using LamBoot.Fleet.SecureBoot;
using LamBoot.Fleet.Text;
using LamBoot.Nvram.Boot;
using LamBoot.Pve.Qemu;

namespace LamBoot.Fleet.Health;

/// <summary>
/// A VM's boot health at one moment: a line of the health log, an element of the monitor's list, the <c>health</c> of <c>inspect</c>.
/// Strings are as written by the guest: JSON escapes them, and all other outputs must too.
/// </summary>
public sealed record HealthRecord
{
    /// <summary>The schema version of the record: 1.</summary>
    public int SchemaVersion { get; init; } = 1;

    /// <summary>When the store was read.</summary>
    public required string ObservedAt { get; init; }

    /// <summary>The hook's phase, or <c>monitor</c> or <c>inspect</c>.</summary>
    public required string Phase { get; init; }

    /// <summary>The node that read it.</summary>
    public required string Node { get; init; }

    /// <summary>The VM; null for an image without a VM.</summary>
    public int? Vmid { get; init; }

    /// <summary>The VM's name, or null.</summary>
    public string? Name { get; init; }

    /// <summary>
    /// The VM's SMBIOS UUID. A VM keeps it, and the next VM with the same VMID has another. Absent if the configuration has none.
    /// </summary>
    public string? Uuid { get; init; }

    /// <summary>The VM's fleet; empty if there is none.</summary>
    public string FleetId { get; init; } = "";

    /// <summary>The VM's role; empty if none applies.</summary>
    public string Role { get; init; } = "";

    /// <summary>The meaning of the verdict: <c>healthy</c>, <c>warning</c>, <c>critical</c> or <c>unknown</c>.</summary>
    public HealthStatus Status { get; init; } = HealthStatus.Unknown;

    /// <summary>Whether the VM boots, by evidence: the word for a verdict; null in records of versions without verdicts.</summary>
    public VerdictKind? Verdict { get; init; }

    /// <summary>The reason in one line, with guest-written text escaped.</summary>
    public string? Reason { get; init; }

    /// <summary>
    /// The name of LamBootState: <c>Fresh</c>, <c>Booting</c>, <c>BootedOK</c>, <c>CrashLoop</c>; <c>Unknown</c> for any other value, null
    /// if there is none.
    /// </summary>
    public string? State { get; init; }

    /// <summary>The value of LamBootState, 0 to 3 in the order above.</summary>
    public int? StateCode { get; init; }

    /// <summary>LamBootCrashCount: consecutive unconfirmed boots.</summary>
    public int? CrashCount { get; init; }

    /// <summary>Who wrote <c>BootedOK</c>: <c>guest</c> or <c>loader</c>; null in any other state.</summary>
    public BootConfirmer? ConfirmedBy { get; init; }

    /// <summary>The firmware's boot count (MTC); null if the store does not hold one.</summary>
    public uint? FirmwareBoots { get; init; }

    /// <summary>How many of those boots happened in this QEMU or, for a stopped VM, in its last one; null if unknown.</summary>
    public uint? BootsSinceStart { get; init; }

    /// <summary>
    /// How a stopped VM's last run ended: <c>guest</c> if the guest powered itself off, <c>shutdown</c> if the host asked it to,
    /// <c>stop</c> if the host stopped it; null if unknown or if QEMU was killed.
    /// </summary>
    public RunEnd? EndedBy { get; init; }

    /// <summary>The newest crash in the store, with the fields below; null if none.</summary>
    public CrashSummary? Crash { get; init; }

    /// <summary>The file that keeps this crash on the host, as seen by the host; null if it is not kept.</summary>
    public string? CrashFile { get; init; }

    /// <summary>LamBootLastEntry: the ID of the entry booted last.</summary>
    public string? LastEntry { get; init; }

    /// <summary>LamBootTimestamp: when LamBoot last ran; null if the guest has no clock.</summary>
    public string? Timestamp { get; init; }

    /// <summary>Whether the VM's clock is in local time, which is converted to UTC. Not part of the record.</summary>
    public bool HasLocalTime { get; init; }

    /// <summary>LamBootVersion, <c>major.minor.patch</c>.</summary>
    public string? Version { get; init; }

    /// <summary>LamBootVmGenId as GUID text.</summary>
    public string? Vmgenid { get; init; }

    /// <summary>QEMU's state as QMP names it (<c>running</c>, <c>paused</c>, …), or <c>stopped</c>; null if unknown.</summary>
    public string? QmpStatus { get; init; }

    /// <summary>The VM's Secure Boot state, from the monitor only; absent in the health log.</summary>
    public SecureBootKind? SecureBoot { get; init; }

    /// <summary>Why nothing is known about a boot: a fixed word, a colon, the detail; otherwise null.</summary>
    public HealthError? Error { get; init; }

    /// <summary><c>reclaim pending</c> if the firmware was interrupted while reclaiming space in the store; otherwise absent.</summary>
    public string? Warning { get; init; }

    /// <summary>Variables that are present but malformed; absent if there are none.</summary>
    public IReadOnlyList<string>? Malformed { get; init; }

    /// <summary>The evidence from the store that the verdict is based on; null if it was not read. Not part of the record.</summary>
    public StoreEvidence? Store { get; init; }

    /// <summary>The evidence from the host that the verdict is based on. Not part of the record.</summary>
    public RunEvidence Run { get; init; } = new();

    /// <summary>Whether the store holds a LamBoot record, and so tells of a boot.</summary>
    public bool HasBoot => Error is null;

    /// <summary>Whether the VM is a clone in which LamBoot has not run yet.</summary>
    public bool IsNotStarted => Error?.Kind == HealthErrorKind.NotStarted;

    /// <summary>Whether there is a store that could not be read.</summary>
    public bool IsUnread =>
        !IsAbsent
        && Error?.Kind
            is HealthErrorKind.Unreadable
                or HealthErrorKind.Timeout
                or HealthErrorKind.Corrupt
                or HealthErrorKind.UnknownFormat;

    /// <summary>Whether the EFI disk does not exist: there is nothing to read, and the VM cannot start. Not part of the record.</summary>
    public bool IsAbsent { get; init; }

    /// <summary>Whether another record with this VMID may be about the same VM, rather than an earlier one: their UUIDs do not differ.</summary>
    public bool MayBeOfSameVm(HealthRecord other) => Uuid is null || other.Uuid is null || Uuid == other.Uuid;

    /// <summary>
    /// Whether another record is about the same boot: the same VM, boot time, crash count and state. A guest without a clock gives no time;
    /// then everything that it does give must match.
    /// </summary>
    public bool IsSameBoot(HealthRecord other) =>
        (Vmid, State, CrashCount, Timestamp) == (other.Vmid, other.State, other.CrashCount, other.Timestamp)
        && MayBeOfSameVm(other)
        && (Timestamp is not null || (LastEntry, Version, Vmgenid) == (other.LastEntry, other.Version, other.Vmgenid));

    /// <summary>Returns this record with its verdict.</summary>
    /// <param name="limits">The limits of the rules.</param>
    /// <param name="now">The time.</param>
    public HealthRecord Judged(VerdictLimits limits, DateTimeOffset now)
    {
        Evidence evidence = new(Error, Store, Run, now);
        Verdict verdict = Verdicts.Verdict.Of(evidence, limits);
        return this with
        {
            Verdict = verdict.Kind,
            Reason = verdict.Reason,
            Status = verdict.Kind.Status(),
            ConfirmedBy = Store?.ConfirmedBy,
            FirmwareBoots = Store?.FirmwareBoots,
            BootsSinceStart = evidence.BootsOfRun,
            EndedBy = Run.IsRunning ? null : Run.EndedBy,
            Crash = Store?.Crash?.Summary,
        };
    }

    /// <summary>The record of a VM whose health cannot be read.</summary>
    public HealthRecord AsUnreadable(string reason) => AsError(HealthErrorKind.Unreadable, reason);

    /// <summary>The record of a VM whose storage did not answer in time.</summary>
    public HealthRecord AsTimedOut(string reason) => AsError(HealthErrorKind.Timeout, reason);

    private HealthRecord AsError(HealthErrorKind kind, string reason) =>
        this with
        {
            Error = new(kind, reason),
            Verdict = VerdictKind.Unreadable,
            Reason = SafeText.Escape(reason),
        };
}
