using LamBoot.Fleet.Health;

namespace LamBoot.Monitor.Settings;

/// <summary>Selects VMs of the node. An empty list selects all.</summary>
internal sealed record VmFilter
{
    /// <summary>Their VMIDs.</summary>
    public IReadOnlyList<int> Vmids { get; init; } = [];

    /// <summary>Proxmox tags, one of which must match; case-insensitive, as in Proxmox VE.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>Roles, one of which must match.</summary>
    public IReadOnlyList<string> Roles { get; init; } = [];

    /// <summary>Statuses, one of which must match.</summary>
    public IReadOnlyList<HealthStatus> Statuses { get; init; } = [];

    /// <summary>Whether to show VMs without LamBoot, including those without OVMF.</summary>
    public bool All { get; init; }

    /// <summary>Whether it selects all of the node's VMs, before their status is known.</summary>
    public bool IsWhole => Vmids.Count + Tags.Count + Roles.Count == 0;

    /// <summary>Whether a VM may be shown, before its store is read.</summary>
    public bool Wants(IReadOnlyList<string> tags, string role) =>
        (Tags.Count == 0 || Tags.Any(tag => tags.Contains(tag, StringComparer.OrdinalIgnoreCase)))
        && (Roles.Count == 0 || Roles.Contains(role));
}
