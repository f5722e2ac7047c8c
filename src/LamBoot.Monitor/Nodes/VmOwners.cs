using LamBoot.Linux;
using LamBoot.Monitor.Survey;
using LamBoot.Pve.Config;

namespace LamBoot.Monitor.Nodes;

/// <summary>Which node's word counts of a VM: in a cluster a VMID is one VM's, and while it migrates two nodes may tell of it.</summary>
internal static class VmOwners
{
    /// <summary>One of each VMID: that of the node that has its configuration, as far as that is known, else the newest.</summary>
    /// <param name="root">The host, whose <c>/etc/pve</c> says so.</param>
    /// <param name="vms">What all nodes told.</param>
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
