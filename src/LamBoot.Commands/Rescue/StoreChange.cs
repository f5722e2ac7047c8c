using LamBoot.Nvram.Boot;
using LamBoot.Nvram.Variables;
using LamBoot.Pve.Config;

namespace LamBoot.Commands.Rescue;

/// <summary>Makes a change in a store that is held in memory, and tells what it is.</summary>
/// <param name="writer">The store.</param>
/// <param name="config">The VM's configuration.</param>
internal delegate StoreChange StorePlan(VariableWriter writer, VmConfig config);

/// <summary>What a command makes of a VM's variable store.</summary>
/// <param name="Changes">What changes, a line each; none where all is as it should be.</param>
internal sealed record StoreChange(params IReadOnlyList<string> Changes)
{
    /// <summary>What else is to be known, a line each.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>What LamBoot's state becomes; null where it stays.</summary>
    public (BootState State, byte CrashCount)? State { get; init; }

    /// <summary>Whether the guest's crash records go, which the host is to keep first.</summary>
    public bool ClearsCrashes { get; init; }
}
