using LamBoot.Linux;
using LamBoot.Linux.Files;
using LamBoot.Nvram.Variables;
using LamBoot.Pve.Storage;

namespace LamBoot.Pve.Store;

/// <summary>The variable store of a VM: its EFI disk, wherever that is.</summary>
public static class EfiDisk
{
    private const int SettledMilliseconds = 5_000;
    private const int PauseMilliseconds = 20;

    /// <summary>Reads as much of a VM's EFI disk as is needed to read its store.</summary>
    /// <param name="storages">The node's storages.</param>
    /// <param name="vmid">The VM.</param>
    /// <param name="volume">The volume in <c>efidisk0</c>.</param>
    /// <param name="path">Where it was read from: a file, a device, or the volume's ID if there is neither.</param>
    /// <exception cref="HostException">It cannot be read; the message says which storage and why.</exception>
    public static StoreImage Read(NodeStorages storages, int vmid, VolumeId volume, out string path)
    {
        for (long end = Environment.TickCount64 + SettledMilliseconds; ; Thread.Sleep(PauseMilliseconds))
        {
            using StoreFile? file = Open(storages, vmid, volume, isLocked: false);
            path = file?.Path ?? volume.ToString();
            if (file is null)
            {
                return RbdImage.Read(storages.Root, storages.Find(volume), volume.Volume);
            }

            try
            {
                return file.Read();
            }
            catch (HostException e) when (Environment.TickCount64 < end && IsInTransit(storages, volume, file, e))
            {
                // The next attempt finds it active or activates it.
            }
        }
    }

    /// <summary>
    /// Whether an LVM volume was deactivated between looking and reading, by a stop or by the lvchange of a reader that was killed: its
    /// node is either gone by now or dangling.
    /// </summary>
    private static bool IsInTransit(NodeStorages storages, VolumeId volume, StoreFile file, HostException e) =>
        e.Kind == HostErrorKind.NoDevice
        || (!file.IsActivated && VolumeLocation.Find(storages, volume) is { IsInactive: true });

    /// <summary>Opens a VM's EFI disk; an LVM volume stays active while it is open.</summary>
    /// <param name="storages">The node's storages.</param>
    /// <param name="vmid">The VM.</param>
    /// <param name="volume">The volume in <c>efidisk0</c>.</param>
    /// <param name="isLocked">Whether this process itself holds the VM's lock.</param>
    /// <returns>The file or device; null for an RBD image that is not mapped.</returns>
    /// <exception cref="HostException">It is not available; the message says which storage and why.</exception>
    public static StoreFile? Open(NodeStorages storages, int vmid, VolumeId volume, bool isLocked)
    {
        if (VolumeLocation.Find(storages, volume) is not { } found)
        {
            return null;
        }

        LvmVolume? activated = found.IsInactive
            ? LvmVolume.Activate(storages.Root, vmid, found.HostPath, found.IsThin, isLocked)
            : null;
        return new(found.Path, found.Format, found.Place, activated);
    }

    /// <summary>The stamp that tells whether an EFI disk has changed, without reading it.</summary>
    /// <returns>The stamp; null if only reading can tell: for devices, and for whatever is not available.</returns>
    public static ImageStamp? Stamp(NodeStorages storages, VolumeId volume)
    {
        try
        {
            StorageSection? storage = volume.Storage.Length == 0 ? null : storages.Find(volume);
            string? hostPath = storage is null ? volume.Volume : VolumePath.Of(storages.Root, storage, volume.Volume);
            if (hostPath is null)
            {
                return null;
            }

            string path = storages.Root.Resolve(hostPath);
            bool isInactive = storage?.Type is "lvm" or "lvmthin" && FileStatus.OfTargetOrMissing(path).IsMissing;
            return isInactive ? ImageStamp.Inactive : ImageStamp.OfFile(path);
        }
        catch (HostException)
        {
            return null; // reading it reports why
        }
    }
}
