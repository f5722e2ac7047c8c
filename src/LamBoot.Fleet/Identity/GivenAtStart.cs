namespace LamBoot.Fleet.Identity;

/// <summary>What a start's QEMU would give the guest of ours, judging by what is on the host now.</summary>
/// <param name="document">Whose document it is.</param>
/// <param name="opened">The files that QEMU opens.</param>
/// <param name="foreign">Why the guest would, or might, get another VM's identity no matter what a phase writes; null if it would
/// not.</param>
/// <param name="isElsewhere">Whether it is the VM's own document, but outside <c>config_dir</c>.</param>
/// <param name="leftAlone">The files outside <c>config_dir</c> that do not hold another VM's identity.</param>
public sealed class GivenAtStart(
    GivenDocument document,
    OpenedFiles opened,
    string? foreign,
    bool isElsewhere,
    List<string> leftAlone
)
{
    /// <summary>Whose document it is.</summary>
    public GivenDocument Document => document;

    /// <summary>The files that QEMU opens.</summary>
    public OpenedFiles Opened => opened;

    /// <summary>Why the guest would, or might, get another VM's identity no matter what a phase writes; null if it would not.</summary>
    public string? Foreign => foreign;

    /// <summary>Whether it is the VM's own document, but outside <c>config_dir</c>.</summary>
    public bool IsElsewhere => isElsewhere;

    /// <summary>The files outside <c>config_dir</c> that do not hold another VM's identity.</summary>
    public List<string> LeftAlone => leftAlone;
}
