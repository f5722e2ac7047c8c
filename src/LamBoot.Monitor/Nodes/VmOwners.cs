using LamBoot.Linux;
using LamBoot.Monitor.Survey;
using LamBoot.Pve.Config;

namespace LamBoot.Monitor.Nodes;

/// <summary>
/// Decides which node's record of a VM counts: in a cluster, a VMID belongs to one VM, but during a migration two nodes may report it.
/// </summary>
internal static class VmOwners
{
    /// <summary>One record per VMID: that of the node that has its configuration, if known, else the newest.</summary>
    /// <param name="root">The host, whose <c>/etc/pve</c> is used.</param>
    /// <param name="vms">The VMs reported by all nodes.</param>
    public static List<VmHealth> OneOfEach(HostRoot root, IReadOnlyList<VmHealth> vms)
    {
        List<IGrouping<int?, VmHealth>> byVmid = [.. vms.GroupBy(vm => vm.Record.Vmid)];
        if (byVmid.Count == vms.Count)
        {
            return [.. vms];
        }

        IReadOnlyDictionary<int, string> owners = Owners(root);
        return
        [
            .. byVmid.Select(each =>
                each.OrderByDescending(vm => owners.GetValueOrDefault(each.Key ?? 0) == vm.Node)
                    .ThenByDescending(vm => vm.Record.ObservedAt, StringComparer.Ordinal)
                    .First()
            ),
        ];
    }

    private static IReadOnlyDictionary<int, string> Owners(HostRoot root)
    {
        try
        {
            return Cluster.Vms(root);
        }
        catch (HostException)
        {
            return new Dictionary<int, string>();
        }
    }
}
