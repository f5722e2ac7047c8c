using System.Text;
using LamBoot.Linux;
using LamBoot.Linux.Files;

namespace LamBoot.Pve.Config;

/// <summary>This node of the cluster.</summary>
public static class Node
{
    /// <summary>Its name: the host's, without the domain (pve-common, INotify.pm, nodename).</summary>
    /// <param name="root">The host; another tree may have an <c>/etc/hostname</c> of its own.</param>
    public static string Name(HostRoot root) => root.NodeName ??= ReadName(root);

    private static string ReadName(HostRoot root)
    {
        string name = MachineName();
        if (!root.IsHost && HostFile.ReadAllOrNull(root.Resolve("/etc/hostname"), 4096) is { } file)
        {
            name = Encoding.UTF8.GetString(file).Trim();
        }

        int dot = name.IndexOf('.', StringComparison.Ordinal);
        return dot > 0 ? name[..dot] : name;
    }

    private static string MachineName()
    {
        try
        {
            return Environment.MachineName;
        }
        catch (InvalidOperationException e)
        {
            throw new HostException($"cannot tell the node's name: {e.Message}");
        }
    }
}
