using LamBoot.Linux;
using LamBoot.Linux.Processes;
using LamBoot.Nvram.Variables;
using LamBoot.Pve.Storage;

namespace LamBoot.Pve.Store;

/// <summary>An RBD image that is not mapped to a device: read with <c>rbd export</c>, invoked as in RBDPlugin.pm.</summary>
internal static class RbdImage
{
    private const string Rbd = "/usr/bin/rbd";

    /// <summary>Reads an image.</summary>
    /// <param name="root">The host.</param>
    /// <param name="storage">Its storage.</param>
    /// <param name="volume">Its volume there.</param>
    /// <exception cref="HostException"><c>rbd</c> is missing, failed, or did not end in time.</exception>
    public static StoreImage Read(HostRoot root, StorageSection storage, string volume)
    {
        List<string> arguments = ["-p", storage.Get("pool") ?? "rbd"];
        if (storage.Get("namespace") is { Length: > 0 } space)
        {
            arguments.AddRange(["--namespace", space]);
        }

        arguments.AddRange(CephCluster.ConnectionOptions(root, storage));
        arguments.AddRange(["export", VolumePath.NameOf(storage, volume), "-"]);
        const int Limit = VariableStore.Aarch64ImageSize;
        byte[] bytes = ChildProcess.RunForBytes(root.Resolve(Rbd), Limit, [.. arguments]);
        return new(bytes, bytes.Length);
    }
}
