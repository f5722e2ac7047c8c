using LamBoot.Commands.Selection;
using LamBoot.Pve.Config;

namespace LamBoot.Commands.Attach;

/// <summary>What a command does to a VM.</summary>
internal interface IVmChange
{
    /// <summary>The participle for a VM to which it was done.</summary>
    string Done { get; }

    /// <summary>Plans the changes.</summary>
    /// <exception cref="UnfitException">The VM does not qualify.</exception>
    VmChange Plan(int vmid, VmConfig config);

    /// <summary>Does what must precede the change of the configuration.</summary>
    void Before(int vmid, VmConfig config);

    /// <summary>Describes exactly what would be done, for a dry run.</summary>
    string Preview(int vmid, VmChange change);

    /// <summary>Does what is left once the configuration is as it should be.</summary>
    /// <returns>The message about all of it.</returns>
    string Finish(int vmid, VmChange change);
}
