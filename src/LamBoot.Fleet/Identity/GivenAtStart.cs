namespace LamBoot.Fleet.Identity;

/// <summary>What a start's QEMU gives the guest of ours, by what is on the host now.</summary>
/// <param name="Document">Whose document it is.</param>
/// <param name="Opened">The files that QEMU opens.</param>
/// <param name="Foreign">Why the guest would get another VM's identity, or may, whatever a phase writes; null where it would not.</param>
/// <param name="IsElsewhere">Whether it is a document of the VM's own that is not in <c>config_dir</c>.</param>
/// <param name="LeftAlone">Files that are not in <c>config_dir</c>, and hold no other VM's identity.</param>
public sealed record GivenAtStart(
    GivenDocument Document,
    OpenedFiles Opened,
    string? Foreign,
    bool IsElsewhere,
    IReadOnlyList<string> LeftAlone
);
