using LamBoot.Fleet.Health;

namespace LamBoot.Monitor.Settings;

/// <summary>Which of the node's VMs are asked for. An empty list asks for all.</summary>
internal sealed record VmFilter
{
    /// <summary>Their VMIDs.</summary>
    public IReadOnlyList<int> Vmids { get; init; } = [];

    /// <summary>Proxmox tags, of which one is enough; case does not matter, as for Proxmox VE.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>Roles, of which it has one.</summary>
    public IReadOnlyList<string> Roles { get; init; } = [];

    /// <summary>Statuses, of which it has one.</summary>
    public IReadOnlyList<HealthStatus> Statuses { get; init; } = [];

    /// <summary>Whether VMs without LamBoot are shown, those without OVMF too.</summary>
    public bool All { get; init; }

    /// <summary>Whether it leaves out none of the node's VMs, before their status is known.</summary>
    public bool IsWhole => Vmids.Count + Tags.Count + Roles.Count == 0;

    /// <summary>Whether a VM may be shown, before its store is read.</summary>
    public bool Wants(IReadOnlyList<string> tags, string role) =>
        (Tags.Count == 0 || Tags.Any(tag => tags.Contains(tag, StringComparer.OrdinalIgnoreCase)))
        && (Roles.Count == 0 || Roles.Contains(role));
}
