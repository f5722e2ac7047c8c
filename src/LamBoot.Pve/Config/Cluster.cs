using LamBoot.Linux;
using LamBoot.Linux.Files;

namespace LamBoot.Pve.Config;

/// <summary>The cluster's VMs, which pmxcfs lists on every node under <c>/etc/pve/nodes</c>.</summary>
public static class Cluster
{
    private const string Nodes = "/etc/pve/nodes";

    /// <summary>Returns every VM of the cluster with its node.</summary>
    /// <exception cref="HostException">/etc/pve is missing or cannot be read.</exception>
    public static IReadOnlyDictionary<int, string> Vms(HostRoot root)
    {
        Dictionary<int, string> vms = [];
        foreach (string node in NodeNames(root))
        {
            foreach (int vmid in List(root, node))
            {
                vms[vmid] = node;
            }
        }

        foreach (int vmid in VmConfigFile.List(root))
        {
            vms[vmid] = Node.Name(root);
        }

        return vms;
    }

    private static IReadOnlyList<int> List(HostRoot root, string node)
    {
        try
        {
            return VmConfigFile.List(root, node);
        }
        catch (HostException e) when (e.IsNotFound)
        {
            return []; // a node that never had a VM, or has left the cluster
        }
    }

    private static List<string> NodeNames(HostRoot root)
    {
        try
        {
            return HostFolder.FolderNames(root.Resolve(Nodes));
        }
        catch (HostException e) when (e.IsNotFound)
        {
            return []; // not a real node's tree; this node's own VMs are listed separately
        }
    }
}
