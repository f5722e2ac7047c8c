using LamBoot.Nvram.Boot;
using LamBoot.Nvram.Variables;
using LamBoot.Pve.Config;

namespace LamBoot.Commands.Rescue;

/// <summary>Makes a change in a store held in memory, and describes it.</summary>
/// <param name="writer">The store.</param>
/// <param name="config">The VM's configuration.</param>
internal delegate StoreChange StorePlan(VariableWriter writer, VmConfig config);

/// <summary>A change by a command to a VM's variable store.</summary>
/// <param name="Changes">What changes, one line each; empty if nothing needs to.</param>
internal sealed record StoreChange(params IReadOnlyList<string> Changes)
{
    /// <summary>Additional notes, one line each.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>The new LamBoot state; null if it is unchanged.</summary>
    public (BootState State, byte CrashCount)? State { get; init; }

    /// <summary>Whether the guest's crash records are removed, which must first be saved on the host.</summary>
    public bool ClearsCrashes { get; init; }
}
