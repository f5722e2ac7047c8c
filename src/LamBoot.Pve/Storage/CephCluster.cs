using System.Text;
using LamBoot.Linux;
using LamBoot.Linux.Files;

namespace LamBoot.Pve.Storage;

/// <summary>
/// What this node knows about the Ceph cluster of a storage: without <c>monhost</c>, the storage is on this node's own cluster, and its
/// ceph.conf has everything.
/// </summary>
internal static class CephCluster
{
    private const string OwnConfig = "/etc/pve/ceph.conf";
    private const int MaximumConfig = 1 << 20;

    /// <summary>
    /// <c>[global] fsid</c> in the cluster's ceph.conf. For an external cluster it may be unknown: Proxmox VE asks that cluster's monitors.
    /// </summary>
    /// <returns>The ID; null if unknown.</returns>
    /// <exception cref="HostException">The file cannot be read.</exception>
    public static string? ReadFsid(HostRoot root, StorageSection storage)
    {
        string path = root.Resolve(IsOther(storage) ? ConfigOf(storage) : OwnConfig);
        byte[]? bytes = FileReader.ReadAllOrNull(path, MaximumConfig);
        bool isGlobal = false;
        foreach (string line in Encoding.UTF8.GetString(bytes ?? []).Split('\n', StringSplitOptions.TrimEntries))
        {
            isGlobal = line.StartsWith('[') ? line == "[global]" : isGlobal;
            string[] pair = line.Split('=', 2, StringSplitOptions.TrimEntries);
            if (isGlobal && pair is ["fsid", { Length: > 0 } fsid] && !fsid.Contains('/', StringComparison.Ordinal))
            {
                return fsid;
            }
        }

        return null;
    }

    /// <summary>The options that <c>rbd</c> needs to reach it, as in RBDPlugin.pm.</summary>
    /// <exception cref="HostException">They cannot be determined.</exception>
    public static IReadOnlyList<string> ConnectionOptions(HostRoot root, StorageSection storage)
    {
        List<string> options = [];
        string config = root.Resolve(ConfigOf(storage));
        if (!IsOther(storage) || FileQuery.Exists(config))
        {
            options.AddRange(["-c", IsOther(storage) ? config : root.Resolve(OwnConfig)]);
        }

        if (storage.Get("monhost") is { } monitors)
        {
            string[] hosts = monitors.Split([' ', ',', ';'], StringSplitOptions.RemoveEmptyEntries);
            options.AddRange(["-m", string.Join(',', hosts)]);
        }

        options.AddRange(["-n", $"client.{storage.Get("username") ?? "admin"}"]);
        string keyring = root.Resolve($"/etc/pve/priv/ceph/{storage.Id}.keyring");
        if (FileQuery.Exists(keyring))
        {
            options.AddRange(["--keyring", keyring]);
        }

        return options;
    }

    private static bool IsOther(StorageSection storage) => storage.Get("monhost") is not null;

    private static string ConfigOf(StorageSection storage) => $"/etc/pve/priv/ceph/{storage.Id}.conf";
}
