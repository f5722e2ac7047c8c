using LamBoot.Linux;
using LamBoot.Pve.Config;

namespace LamBoot.Commands.Selection;

/// <summary>A selected VM: its configuration, or why that is not available.</summary>
/// <param name="Vmid">The VM.</param>
/// <param name="Config">Its configuration; null if not available.</param>
/// <param name="Fault">Why it is not; null if it is.</param>
internal sealed record FoundVm(int Vmid, VmConfig? Config, string? Fault)
{
    /// <summary>Opens VMs' configurations, and reports those not available. A VM deleted since the node's VMs were listed is skipped.</summary>
    /// <param name="root">The host.</param>
    /// <param name="vmids">The VMs.</param>
    /// <param name="areNamed">Whether the user named each VMID.</param>
    public static IEnumerable<FoundVm> Of(HostRoot root, IEnumerable<int> vmids, bool areNamed)
    {
        foreach (int vmid in vmids)
        {
            FoundVm vm = Open(root, vmid);
            if (vm.Config is null && vm.Fault is null)
            {
                if (!areNamed)
                {
                    continue;
                }

                vm = vm with { Fault = VmConfigFile.WhyNone(root, vmid) };
            }

            if (vm.Fault is { } fault)
            {
                ErrorLog.Write(fault);
            }

            yield return vm;
        }
    }

    private static FoundVm Open(HostRoot root, int vmid)
    {
        try
        {
            return new(vmid, VmConfigFile.Open(root, vmid)?.Config, null);
        }
        catch (HostException e)
        {
            return new(vmid, null, e.Message);
        }
    }
}
