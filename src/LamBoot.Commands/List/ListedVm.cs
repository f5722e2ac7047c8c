namespace LamBoot.Commands.List;

/// <summary>What <c>list</c> knows of a VM; printed, or serialised as it is.</summary>
internal sealed record ListedVm
{
    /// <summary>The VM.</summary>
    public required int Vmid { get; init; }

    /// <summary><c>vm</c>, <c>template</c> or <c>container</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>Its name, or null.</summary>
    public string? Name { get; init; }

    /// <summary>Why its configuration cannot be had; null where it can.</summary>
    public string? Fault { get; init; }

    /// <summary>Whether it has UEFI firmware; null where that is not known.</summary>
    public bool? Ovmf { get; init; }

    /// <summary>Whether its hookscript is ours; null where that is not known.</summary>
    public bool? Hookscript { get; init; }

    /// <summary>The channels by which its next start gives the guest its identity.</summary>
    public IReadOnlyList<string> Channels { get; init; } = [];

    /// <summary>
    /// Its identity document: <c>current</c> as fleet.toml gives it now, <c>outdated</c>, <c>lent</c> to another VM's start, <c>other</c> for
    /// one of another VM, <c>invalid</c>, <c>unknown</c> where fleet.toml is at fault; null for none.
    /// </summary>
    public string? Identity { get; init; }

    /// <summary>Its role; empty where none applies.</summary>
    public string Role { get; init; } = "";

    /// <summary>The verdict of the newest record in the health log; null for none.</summary>
    public string? Verdict { get; init; }

    /// <summary>What that verdict means; null for none.</summary>
    public string? Status { get; init; }

    /// <summary>When it was so; null for none.</summary>
    public string? VerdictAt { get; init; }
}
