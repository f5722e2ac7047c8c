using LamBoot.Linux;
using LamBoot.Linux.Files;
using LamBoot.Pve.Programs;

namespace LamBoot.Pve.Storage;

/// <summary>Where a volume's bytes are on this node.</summary>
/// <param name="hostPath">The file or device, as seen by the host.</param>
/// <param name="path">The same within the host's tree.</param>
/// <param name="format">Its format according to Proxmox VE.</param>
/// <param name="place">Where its backing files may be.</param>
/// <param name="isInactive">Whether it is an LVM volume that must be activated first.</param>
/// <param name="isThin">Whether that is a thin volume.</param>
internal sealed class VolumeLocation(
    string hostPath,
    string path,
    ImageFormat format,
    ImagePlace place,
    bool isInactive = false,
    bool isThin = false
)
{
    /// <summary>The file or device, as seen by the host.</summary>
    public string HostPath => hostPath;

    /// <summary>The same within the host's tree.</summary>
    public string Path => path;

    /// <summary>Its format according to Proxmox VE.</summary>
    public ImageFormat Format => format;

    /// <summary>Where its backing files may be.</summary>
    public ImagePlace Place => place;

    /// <summary>Whether it is an LVM volume that must be activated first.</summary>
    public bool IsInactive => isInactive;

    /// <summary>Whether that is a thin volume.</summary>
    public bool IsThin => isThin;

    /// <summary>Finds a volume.</summary>
    /// <returns>Its location; null for an RBD image that is not mapped to a device.</returns>
    /// <exception cref="HostException">It is not available; the message says which storage and why.</exception>
    public static VolumeLocation? Find(NodeStorages storages, VolumeId volume)
    {
        HostRoot root = storages.Root;
        if (volume.Storage.Length == 0)
        {
            string given = root.Resolve(volume.Volume);
            return new(volume.Volume, given, ImageFormats.Of(volume, null), ImagePlace.OfPath(given));
        }

        StorageSection storage = storages.Find(volume);
        if (VolumePath.Of(root, storage, volume.Volume) is not { } hostPath)
        {
            return storage.Type == "rbd" ? null : ByPveSm(root, storage, volume);
        }

        string path = root.Resolve(hostPath);
        bool isMissing = FileStatus.OfTargetOrMissing(path).IsMissing;
        if (isMissing && storage.Type == "rbd")
        {
            return null;
        }

        bool isLvm = storage.Type is "lvm" or "lvmthin";
        if (isMissing && !isLvm)
        {
            throw WhyMissing(root, storage, hostPath);
        }

        ImagePlace place = storage.IsOfFiles
            ? ImagePlace.OfFile(path, VolumePath.OfBase(root, storage, volume.Volume))
            : ImagePlace.OfDevice(path);
        ImageFormat format = ImageFormats.Of(volume, storage);
        return new(hostPath, path, format, place, isMissing, storage.Type == "lvmthin");
    }

    private static VolumeLocation ByPveSm(HostRoot root, StorageSection storage, VolumeId volume)
    {
        ImageFormat format = ImageFormats.Of(volume, storage);
        string hostPath =
            PveSm.Path(root, volume.ToString())
            ?? throw new HostException(
                $"storage '{volume.Storage}': volume '{volume.Volume}' has no path on this node"
            );
        string path = root.Resolve(hostPath);
        return new(hostPath, path, format, ImagePlace.OfDevice(path));
    }

    private static HostException WhyMissing(HostRoot root, StorageSection storage, string path) =>
        new(
            HostErrorKind.NotFound,
            storage.MountPoint is { } mounted && !FileQuery.IsMountPoint(root.Resolve(mounted))
                ? $"storage '{storage.Id}': {mounted} is not mounted"
                : $"storage '{storage.Id}': there is no {path}"
        );
}
