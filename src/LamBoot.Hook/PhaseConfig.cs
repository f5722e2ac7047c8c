using LamBoot.Linux;
using LamBoot.Pve.Config;

namespace LamBoot.Hook;

/// <summary>The VM configuration that a phase works on: this node's or, in an incoming migration, the source node's.</summary>
internal sealed class PhaseConfig(HostRoot root, int vmid)
{
    // Proxmox VE sets this to the source node in an incoming migration; otherwise it is empty.
    private readonly string? _incomingFrom = Environment.GetEnvironmentVariable("PVE_MIGRATED_FROM")
        is { Length: > 0 } node
        ? node
        : null;

    /// <summary>Whether the VM is migrating to this node. Its configuration then belongs to the source node and is not edited.</summary>
    public bool IsIncoming => _incomingFrom is not null;

    /// <summary>Whether the variable is unset or holds a valid node name.</summary>
    public bool IsOfNode =>
        _incomingFrom is not { } node || (!node.Contains('/', StringComparison.Ordinal) && !node.StartsWith('.'));

    /// <summary>Opens the configuration; null if there is none.</summary>
    /// <exception cref="HostException">It cannot be read.</exception>
    public VmConfigFile? Open() => IsOfNode ? VmConfigFile.Open(root, vmid, _incomingFrom) : null;
}
