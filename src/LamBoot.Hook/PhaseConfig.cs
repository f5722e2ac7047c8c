using LamBoot.Linux;
using LamBoot.Pve.Config;

namespace LamBoot.Hook;

/// <summary>The configuration that a phase is of: this node's, or in an incoming migration that of the node that the VM comes from.</summary>
internal sealed class PhaseConfig(HostRoot root, int vmid)
{
    // Proxmox VE names that node in an incoming migration; else it is empty.
    private readonly string? _incomingFrom = Environment.GetEnvironmentVariable("PVE_MIGRATED_FROM")
        is { Length: > 0 } node
        ? node
        : null;

    /// <summary>Whether the VM comes from another node. Its configuration is that node's, and is not edited.</summary>
    public bool IsIncoming => _incomingFrom is not null;

    /// <summary>Whether the environment names a node, or none.</summary>
    public bool IsOfNode =>
        _incomingFrom is not { } node || (!node.Contains('/', StringComparison.Ordinal) && !node.StartsWith('.'));

    /// <summary>The configuration; null where there is none.</summary>
    /// <exception cref="HostException">It cannot be read.</exception>
    public VmConfigFile? Open() => IsOfNode ? VmConfigFile.Open(root, vmid, _incomingFrom) : null;
}
