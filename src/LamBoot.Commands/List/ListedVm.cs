namespace LamBoot.Commands.List;

/// <summary>What <c>list</c> knows about a VM; printed, or serialized as is.</summary>
internal sealed record ListedVm
{
    /// <summary>The VM.</summary>
    public required int Vmid { get; init; }

    /// <summary><c>vm</c>, <c>template</c> or <c>container</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>Its name, or null.</summary>
    public string? Name { get; init; }

    /// <summary>Why its configuration is not available; null if it is.</summary>
    public string? Fault { get; init; }

    /// <summary>Whether it has UEFI firmware; null if unknown.</summary>
    public bool? Ovmf { get; init; }

    /// <summary>Whether its hookscript is ours; null if unknown.</summary>
    public bool? Hookscript { get; init; }

    /// <summary>The channels through which its next start gives the guest its identity.</summary>
    public IReadOnlyList<string> Channels { get; init; } = [];

    /// <summary>
    /// Its identity document: <c>current</c> if it matches fleet.toml, <c>outdated</c>, <c>lent</c> to another VM's start, <c>other</c> if it
    /// is another VM's, <c>invalid</c>, <c>unknown</c> if fleet.toml has errors; null if there is none.
    /// </summary>
    public string? Identity { get; init; }

    /// <summary>Its role; empty if none applies.</summary>
    public string Role { get; init; } = "";

    /// <summary>The verdict of the newest record in the health log; null if there is none, or one that this version does not know.</summary>
    public string? Verdict { get; init; }

    /// <summary>The status in that record; null if there is none.</summary>
    public string? Status { get; init; }

    /// <summary>The time of that record; null if there is none.</summary>
    public string? VerdictAt { get; init; }
}
