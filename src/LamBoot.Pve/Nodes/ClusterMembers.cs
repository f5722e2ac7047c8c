using System.Net;
using System.Text.Json;
using LamBoot.Linux;
using LamBoot.Linux.Files;
using LamBoot.Pve.Config;

namespace LamBoot.Pve.Nodes;

/// <summary>
/// The cluster's nodes, listed by pmxcfs in <c>/etc/pve/.members</c>: <c>{"nodename":"pve1","cluster":{"name":"prod",…},
/// "nodelist":{"pve1":{"id":1,"online":1,"ip":"10.0.0.1"},…}}</c>; on a node without a cluster, only <c>nodename</c>.
/// </summary>
public sealed class ClusterMembers
{
    private const string Members = "/etc/pve/.members";
    private const int MaximumSize = 256 << 10;

    private ClusterMembers(string? cluster, string own, IReadOnlyList<ClusterNode> all)
    {
        Cluster = cluster;
        Own = own;
        Others = [.. all.Where(node => node.Name != own).OrderBy(node => node.Name, StringComparer.Ordinal)];
    }

    /// <summary>The cluster's name; null if the node is not in one.</summary>
    public string? Cluster { get; }

    /// <summary>The name of the node that we run on.</summary>
    public string Own { get; }

    /// <summary>The other nodes, by name.</summary>
    public IReadOnlyList<ClusterNode> Others { get; }

    /// <summary>Reads the file.</summary>
    /// <param name="root">The host.</param>
    /// <exception cref="HostException">The file is missing, or is not what pmxcfs writes.</exception>
    public static ClusterMembers Read(HostRoot root)
    {
        string path = root.Resolve(Members);
        try
        {
            using JsonDocument json = JsonDocument.Parse(FileReader.ReadProc(path, MaximumSize));
            return Read(json.RootElement, Node.Name(root));
        }
        catch (Exception e)
            when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw new HostException($"{path} is not a list of the cluster's nodes; is pve-cluster running?");
        }
    }

    private static ClusterMembers Read(JsonElement json, string own)
    {
        List<ClusterNode> nodes = [];
        if (json.TryGetProperty("nodelist", out JsonElement list))
        {
            nodes.AddRange(list.EnumerateObject().Select(node => Read(node.Name, node.Value)));
        }

        string? cluster = json.TryGetProperty("cluster", out JsonElement of)
            ? of.GetProperty("name").GetString()
            : null;
        string name = json.GetProperty("nodename").GetString()!;
        return new(cluster, nodes.Any(node => node.Name == name) ? name : own, nodes);
    }

    private static ClusterNode Read(string name, JsonElement node)
    {
        string? ip = node.TryGetProperty("ip", out JsonElement address) ? address.GetString() : null;
        bool isAddress = IPAddress.TryParse(ip, out IPAddress? parsed) && !ip.Contains('%', StringComparison.Ordinal);
        return ClusterNode.IsName(name)
            ? new(name, node.GetProperty("online").GetInt32() == 1, isAddress ? parsed : null)
            : throw new FormatException(name);
    }
}
