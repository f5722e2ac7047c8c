using LamBoot.Nvram.Layout;

namespace LamBoot.Nvram.Boot.Crashes;

/// <summary>What kind of crash a guest left a record of.</summary>
public enum CrashKind
{
    /// <summary>The record is unreadable, so its kind is unknown.</summary>
    Unknown,

    /// <summary>A log saved by a Linux kernel at a shutdown or emergency restart: not a crash.</summary>
    NoCrash,

    /// <summary>A Linux kernel panic: the kernel stopped.</summary>
    KernelPanic,

    /// <summary>A Linux kernel oops: the kernel killed the current process and may have carried on.</summary>
    KernelOops,

    /// <summary>A Windows bug check (blue screen).</summary>
    WindowsBugCheck,
}

/// <summary>
/// A guest's crash record, assembled from its variables. All of it was written by the guest: escape its texts before they reach a terminal.
/// </summary>
public sealed record CrashRecord
{
    /// <summary>The kind of record.</summary>
    public required CrashKind Kind { get; init; }

    /// <summary>Whether the guest crashed, according to the record.</summary>
    public bool IsCrash => Kind is CrashKind.KernelPanic or CrashKind.KernelOops or CrashKind.WindowsBugCheck;

    /// <summary>
    /// The reason in one line: the text after "Kernel panic - not syncing:", an oops's first line, or a bug check's name and code; null if
    /// no saved line states it.
    /// </summary>
    public string? Reason { get; init; }

    /// <summary>The time by the guest's clock, which may be in local time; null for Windows, which does not record it.</summary>
    public DateTime? At { get; init; }

    /// <summary>COUNT in the names of its variables: 1 for a boot's first dump; 0 for Windows.</summary>
    public int Count { get; init; }

    /// <summary>The numbers of the parts that are present, in order: 1 has the newest text.</summary>
    public IReadOnlyList<uint> Parts { get; init; } = [];

    /// <summary>The text in chronological order, without the level prefixes of its lines.</summary>
    public string Text { get; init; } = "";

    /// <summary>What is missing or inconsistent: <c>parts 2-3 and 7 are missing</c>. Empty if nothing is.</summary>
    public IReadOnlyList<string> Flaws { get; init; } = [];

    /// <summary>The <see cref="VariableEntry.Offset"/> of its newest variable: entries after it were written later; 0 if it has none.</summary>
    public int Offset { get; init; }

    /// <summary>
    /// Whether it was written after the firmware's last start, determined by the order of the store's records, not by a clock; null if the
    /// store has no boot counter.
    /// </summary>
    public bool? IsOfLastBoot { get; init; }

    /// <summary>
    /// The firmware boot in which it was written, as counted by <see cref="BootCounter"/> and also determined by the order of the store's
    /// records. Null if a reclaim has dropped that information, or if the store has no boot counter.
    /// </summary>
    public uint? FirmwareBoot { get; init; }
}
