using LamBoot.Nvram.Layout;

namespace LamBoot.Nvram.Boot.Crashes;

/// <summary>What a guest left its last words for.</summary>
public enum CrashKind
{
    /// <summary>Nothing of the record can be read, so that its kind is not known.</summary>
    Unknown,

    /// <summary>A log that a Linux kernel kept at a shutdown or an emergency restart: no crash.</summary>
    NoCrash,

    /// <summary>A Linux kernel's panic: it stopped.</summary>
    KernelPanic,

    /// <summary>A Linux kernel's oops: it killed a process of its own and may have gone on.</summary>
    KernelOops,

    /// <summary>A bug check (blue screen) of Windows.</summary>
    WindowsBugCheck,
}

/// <summary>
/// A guest's last words, put together from their variables. All of it was written by the guest: escape its texts before they
/// reach a terminal.
/// </summary>
public sealed record CrashRecord
{
    /// <summary>What it is.</summary>
    public required CrashKind Kind { get; init; }

    /// <summary>Whether the guest crashed, for all that the record says.</summary>
    public bool IsCrash => Kind is CrashKind.KernelPanic or CrashKind.KernelOops or CrashKind.WindowsBugCheck;

    /// <summary>
    /// The reason in a line: what follows "Kernel panic - not syncing:", an oops's first line, a bug check's name and code; null
    /// where no line that is kept says it.
    /// </summary>
    public string? Reason { get; init; }

    /// <summary>When, by the guest's clock, which may run in local time; null for Windows, which does not say.</summary>
    public DateTime? At { get; init; }

    /// <summary>COUNT of its variables: the first dump of a boot has 1; 0 for Windows.</summary>
    public int Count { get; init; }

    /// <summary>The numbers of the parts that are there, in order: 1 has the newest text.</summary>
    public IReadOnlyList<uint> Parts { get; init; } = [];

    /// <summary>What was said, in the order in which it was; without the levels in front of the lines.</summary>
    public string Text { get; init; } = "";

    /// <summary>What is missing of it, or does not fit: <c>parts 2-3 and 7 are missing</c>. None where nothing is.</summary>
    public IReadOnlyList<string> Flaws { get; init; } = [];

    /// <summary>The <see cref="VariableEntry.Offset"/> of its newest variable: what lies behind it was written later; 0 where it has none.</summary>
    public int Offset { get; init; }

    /// <summary>
    /// Whether it was written after the firmware's last start, known by the order of the store's records and so by no clock; null
    /// where the store has no boot counter.
    /// </summary>
    public bool? IsOfLastBoot { get; init; }

    /// <summary>
    /// The firmware's boot in which it was written, as <see cref="BootCounter"/> counts: known by the order of the store's records
    /// too. Null where a reclaim has dropped what tells, or the store has no boot counter.
    /// </summary>
    public uint? FirmwareBoot { get; init; }
}
