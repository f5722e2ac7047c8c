using LamBoot.Linux;
using LamBoot.Pve.Config;

namespace LamBoot.Pve.Storage;

/// <summary>The storages that this node may use: <c>storage.cfg</c>, read once, when one is first asked for.</summary>
/// <param name="root">The host.</param>
public sealed class NodeStorages(HostRoot root)
{
    private StorageConfig? _config;

    /// <summary>The host.</summary>
    public HostRoot Root => root;

    /// <summary>Why this node has no such storage; null where it has, or where the volume is a path.</summary>
    public string? WhyNone(VolumeId volume)
    {
        try
        {
            _ = volume.Storage.Length == 0 ? null : Find(volume);
            return null;
        }
        catch (HostException e)
        {
            return e.Message;
        }
    }

    /// <summary>The storage of a volume.</summary>
    /// <exception cref="HostException">There is none that this node may use; or the file cannot be read.</exception>
    internal StorageSection Find(VolumeId volume)
    {
        _config ??= StorageConfig.Read(root);
        StorageSection storage =
            _config.Find(volume.Storage)
            ?? throw new HostException($"storage '{volume.Storage}' is not in /etc/pve/storage.cfg");
        return storage.WhyUnusableOn(Node.Name(root)) is { } unusable
            ? throw new HostException($"storage '{storage.Id}' is {unusable}")
            : storage;
    }
}
