using LamBoot.Fleet;
using LamBoot.Fleet.Identity;
using LamBoot.Linux;
using LamBoot.Pve.Config;

namespace LamBoot.Commands.Check;

/// <summary>A VM on this node, attached or not.</summary>
/// <param name="Vmid">The VM.</param>
/// <param name="Config">Its configuration.</param>
internal sealed record CheckedVm(int Vmid, VmConfig Config)
{
    public bool HasHookscript => LamBootPaths.IsOurHookscript(Config.Hookscript);

    /// <summary>Whether its args give the guest a document once pending changes take effect.</summary>
    public bool HasItem => ChannelItems.In(Config.NextArgs).Count > 0;

    /// <summary>Whether a pending change of its args contains an item of a channel.</summary>
    public bool HasPending(Channel channel) =>
        Config.PendingArgs is { } pending && ChannelItems.In(pending).Any(item => item.Channel == channel);

    /// <summary>Whether it has at least one of the two.</summary>
    public bool IsAttached => HasHookscript || HasItem || ChannelItems.In(Config.Args).Count > 0;

    /// <summary>All VMs on the node.</summary>
    /// <param name="root">The host.</param>
    /// <param name="unreadable">A finding for each VM whose configuration cannot be read.</param>
    public static List<CheckedVm> All(HostRoot root, out List<Finding> unreadable)
    {
        List<CheckedVm> vms = [];
        unreadable = [];
        foreach (int vmid in VmConfigFile.List(root))
        {
            try
            {
                if (VmConfigFile.Open(root, vmid) is { } file)
                {
                    vms.Add(new(vmid, file.Config));
                }
            }
            catch (HostException e)
            {
                unreadable.Add(
                    FindingCatalogue.Of(
                        "vm-config-unreadable",
                        vmid,
                        e.Message,
                        "check that pmxcfs is running: systemctl status pve-cluster"
                    )
                );
            }
        }

        return vms;
    }
}
