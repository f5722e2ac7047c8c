using LamBoot.Commands.Selection;
using LamBoot.Pve.Config;

namespace LamBoot.Commands.Attach;

/// <summary>What a command does to one VM.</summary>
internal interface IVmChange
{
    /// <summary>What a VM is that it is done to.</summary>
    string Done { get; }

    /// <summary>What is to be changed.</summary>
    /// <exception cref="UnfitException">The VM is not fit for it.</exception>
    VmChange Plan(int vmid, VmConfig config);

    /// <summary>What is done before the configuration is changed.</summary>
    void Before(int vmid, VmConfig config);

    /// <summary>What would be done, exactly; said of a dry run.</summary>
    string Preview(int vmid, VmChange change);

    /// <summary>Does what is left to do once the configuration is as it should be.</summary>
    /// <returns>What is said of it all.</returns>
    string Finish(int vmid, VmChange change);
}
