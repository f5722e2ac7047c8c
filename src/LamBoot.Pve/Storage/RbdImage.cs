using LamBoot.Linux;
using LamBoot.Linux.Processes;
using LamBoot.Nvram.Variables;

namespace LamBoot.Pve.Storage;

/// <summary>An RBD image that no device is mapped for: read by <c>rbd export</c>, as RBDPlugin.pm would call it.</summary>
internal static class RbdImage
{
    private const string Rbd = "/usr/bin/rbd";
    private const string CephConfig = "/etc/pve/ceph.conf";

    /// <summary>Reads an image.</summary>
    /// <param name="root">The host.</param>
    /// <param name="storage">Its storage.</param>
    /// <param name="name">Its name in the pool.</param>
    /// <exception cref="HostException"><c>rbd</c> is not there, failed, or did not end in time.</exception>
    public static StoreImage Read(HostRoot root, StorageSection storage, string name)
    {
        List<string> arguments = ["-p", storage.Get("pool") ?? "rbd"];
        if (storage.Get("namespace") is { Length: > 0 } space)
        {
            arguments.AddRange(["--namespace", space]);
        }

        arguments.AddRange(Connection(root, storage));
        arguments.AddRange(["export", name, "-"]);
        const int Limit = VariableStore.Aarch64ImageSize;
        byte[] bytes = ChildProcess.RunForBytes(root.Resolve(Rbd), Limit, [.. arguments]);
        return new(bytes, bytes.Length);
    }

    /// <summary>Without <c>monhost</c> the cluster is this one, and its ceph.conf says all.</summary>
    private static List<string> Connection(HostRoot root, StorageSection storage)
    {
        string? monitors = storage.Get("monhost");
        string own = $"/etc/pve/priv/ceph/{storage.Id}.conf";
        string keyring = $"/etc/pve/priv/ceph/{storage.Id}.keyring";
        List<string> arguments = [];
        if (monitors is null || File.Exists(root.Resolve(own)))
        {
            arguments.AddRange(["-c", root.Resolve(monitors is null ? CephConfig : own)]);
        }

        if (monitors is not null)
        {
            string[] hosts = monitors.Split([' ', ',', ';'], StringSplitOptions.RemoveEmptyEntries);
            arguments.AddRange(["-m", string.Join(',', hosts)]);
        }

        arguments.AddRange(["-n", $"client.{storage.Get("username") ?? "admin"}"]);
        if (File.Exists(root.Resolve(keyring)))
        {
            arguments.AddRange(["--keyring", root.Resolve(keyring)]);
        }

        return arguments;
    }
}
