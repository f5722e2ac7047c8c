using LamBoot.Linux;
using LamBoot.Pve.Config;

namespace LamBoot.Pve.Storage;

/// <summary>The storages that this node may use, from <c>storage.cfg</c>, which is read once, when the first is requested.</summary>
/// <param name="root">The host.</param>
public sealed class NodeStorages(HostRoot root)
{
    private StorageConfig? _config;

    /// <summary>The host.</summary>
    public HostRoot Root => root;

    /// <summary>Why this node has no such storage; null if it has, or if the volume is a path.</summary>
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

    /// <summary>Finds the storage of a volume.</summary>
    /// <exception cref="HostException">This node may not use any such storage, or the file cannot be read.</exception>
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
