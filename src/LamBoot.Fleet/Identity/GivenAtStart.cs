namespace LamBoot.Fleet.Identity;

/// <summary>What a start's QEMU gives the guest of ours, by what is on the host now.</summary>
/// <param name="document">Whose document it is.</param>
/// <param name="opened">The files that QEMU opens.</param>
/// <param name="foreign">Why the guest would get another VM's identity, or may, whatever a phase writes; null where it would not.</param>
/// <param name="isElsewhere">Whether it is a document of the VM's own that is not in <c>config_dir</c>.</param>
/// <param name="leftAlone">Files that are not in <c>config_dir</c>, and hold no other VM's identity.</param>
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

    /// <summary>Why the guest would get another VM's identity, or may, whatever a phase writes; null where it would not.</summary>
    public string? Foreign => foreign;

    /// <summary>Whether it is a document of the VM's own that is not in <c>config_dir</c>.</summary>
    public bool IsElsewhere => isElsewhere;

    /// <summary>Files that are not in <c>config_dir</c>, and hold no other VM's identity.</summary>
    public List<string> LeftAlone => leftAlone;
}
