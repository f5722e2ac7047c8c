using System.Text;
using LamBoot.Linux;
using LamBoot.Linux.Files;

namespace LamBoot.Pve.Config;

/// <summary>This node of the cluster.</summary>
public static class Node
{
    private static KnownName? _known; // needed once per VM

    /// <summary>Its name: the host name without the domain (pve-common, INotify.pm, nodename).</summary>
    /// <param name="root">The host; another tree may have its own <c>/etc/hostname</c>.</param>
    /// <exception cref="HostException">It cannot be determined.</exception>
    public static string Name(HostRoot root)
    {
        if (_known is { } known && known.Root == root)
        {
            return known.Name;
        }

        string name = ReadName(root);
        _known = new(root, name);
        return name;
    }

    private static string ReadName(HostRoot root)
    {
        string name = MachineName();
        if (!root.IsHost && FileReader.ReadAllOrNull(root.Resolve("/etc/hostname"), 4096) is { } file)
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
            throw new HostException($"cannot determine the node's name: {e.Message}");
        }
    }

    private sealed class KnownName(HostRoot root, string name)
    {
        public HostRoot Root => root;
        public string Name => name;
    }
}
