using System.Text;
using LamBoot.Linux;
using LamBoot.Linux.Files;
using LamBoot.Nvram.Variables;
using LamBoot.Pve.Programs;
using LamBoot.Pve.Storage;

namespace LamBoot.Pve.Store;

/// <summary>Finds where the bytes of a VM's EFI disk are, without starting Perl for the storages that we know.</summary>
public static class EfiDisk
{
    private const int MaximumCephConfig = 1 << 20;

    /// <summary>Reads as much of a VM's EFI disk as a reader of its store needs.</summary>
    /// <param name="storages">The node's storages.</param>
    /// <param name="vmid">The VM.</param>
    /// <param name="volume">The volume of <c>efidisk0</c>.</param>
    /// <param name="path">Where it was read: a file, a device, or the volume's id where there is neither.</param>
    /// <exception cref="HostException">It cannot be read; the message says which storage and why.</exception>
    public static StoreImage Read(NodeStorages storages, int vmid, VolumeId volume, out string path)
    {
        using EfiDiskFile? file = Open(storages, vmid, volume, isLocked: false);
        path = file?.Path ?? volume.ToString();
        if (file is not null)
        {
            return file.Read();
        }

        StorageSection storage = storages.Find(volume);
        return RbdImage.Read(storages.Root, storage, NameOf(storage, volume.Volume));
    }

    /// <summary>Opens the file or device of a VM's EFI disk; an LVM volume is active as long as it is open.</summary>
    /// <param name="storages">The node's storages.</param>
    /// <param name="vmid">The VM.</param>
    /// <param name="volume">The volume of <c>efidisk0</c>.</param>
    /// <param name="isLocked">Whether this process has the VM's lock itself.</param>
    /// <returns>The file; null for an RBD image that is not mapped.</returns>
    /// <exception cref="HostException">It is not there; the message says which storage and why.</exception>
    public static EfiDiskFile? Open(NodeStorages storages, int vmid, VolumeId volume, bool isLocked)
    {
        HostRoot root = storages.Root;
        if (volume.Storage.Length == 0)
        {
            string given = root.Resolve(volume.Volume);
            return new(given, ImageFormats.Of(volume, null), ImagePlace.OfPath(given), null);
        }

        StorageSection storage = storages.Find(volume);
        if (HostPath(root, storage, volume.Volume) is not { } hostPath)
        {
            return storage.Type == "rbd" ? null : ByPveSm(root, storage, volume);
        }

        string path = root.Resolve(hostPath);
        bool isMissing = IsMissing(path);
        if (isMissing && storage.Type == "rbd")
        {
            return null;
        }

        bool isLvm = storage.Type is "lvm" or "lvmthin";
        if (isMissing && !isLvm)
        {
            throw WhyMissing(root, storage, hostPath);
        }

        ImageFormat format = ImageFormats.Of(volume, storage);
        ImagePlace place = storage.IsOfFiles
            ? ImagePlace.OfFile(path, BaseOf(root, storage, volume.Volume))
            : ImagePlace.OfDevice(path);
        LvmVolume? activated = isMissing
            ? LvmVolume.Activate(root, vmid, hostPath, isThin: storage.Type == "lvmthin", isLocked)
            : null;
        return new(path, format, place, activated);
    }

    private static EfiDiskFile ByPveSm(HostRoot root, StorageSection storage, VolumeId volume)
    {
        ImageFormat format = ImageFormats.Of(volume, storage);
        string path = PveSm.Path(root, volume);
        return new(path, format, ImagePlace.OfDevice(path), null);
    }

    /// <summary>Whether there is no such file; an error is no answer.</summary>
    private static bool IsMissing(string path)
    {
        try
        {
            _ = FileStatus.OfTarget(path);
            return false;
        }
        catch (HostException e) when (e.IsNotFound)
        {
            return true;
        }
    }

    /// <summary>What tells whether an EFI disk has changed, without reading it.</summary>
    /// <returns>The stamp; null where nothing but reading tells: of devices and of what is not to be had.</returns>
    public static ImageStamp? Stamp(NodeStorages storages, VolumeId volume)
    {
        try
        {
            StorageSection? storage = volume.Storage.Length == 0 ? null : storages.Find(volume);
            string? hostPath = storage is null ? volume.Volume : HostPath(storages.Root, storage, volume.Volume);
            if (hostPath is null)
            {
                return null;
            }

            string path = storages.Root.Resolve(hostPath);
            bool isInactive = storage?.Type is "lvm" or "lvmthin" && IsMissing(path);
            return isInactive ? ImageStamp.Inactive : ImageStamp.OfFile(path);
        }
        catch (HostException)
        {
            return null; // reading it says why
        }
    }

    /// <summary>The path of a volume as the host sees it (pve-storage, the plugins' path); null where it has none, or the type is not known.</summary>
    private static string? HostPath(HostRoot root, StorageSection storage, string volume) =>
        storage.Type switch
        {
            "dir" or "nfs" or "cifs" or "cephfs" => PathInFolder(storage, volume),
            "btrfs" => PathInBtrfs(PathInFolder(storage, volume)),
            "lvm" or "lvmthin" => $"/dev/{storage.Require("vgname")}/{NameOf(storage, volume)}",
            "zfspool" => $"/dev/zvol/{storage.Require("pool")}/{NameOf(storage, volume)}",
            "rbd" => PathOfRbd(root, storage, NameOf(storage, volume)),
            "iscsi" => $"/dev/disk/by-id/{NameOfLun(storage, volume)}",
            _ => null,
        };

    /// <summary>
    /// <c>VMID/NAME</c>, or <c>BASE/NAME/VMID/NAME</c> for a linked clone: the last two parts are the image (Plugin.pm,
    /// parse_volname and filesystem_path).
    /// </summary>
    private static string PathInFolder(StorageSection storage, string volume)
    {
        string[] parts = Parts(storage, volume);
        return parts.Length is 2 or 4
            ? $"{storage.FolderOf("images")}/{parts[^2]}/{parts[^1]}"
            : throw NoVolume(storage, volume);
    }

    /// <summary>The base that a linked clone's volume names, <c>BASE/NAME/VMID/NAME</c>; null for none.</summary>
    private static string? BaseOf(HostRoot root, StorageSection storage, string volume)
    {
        string[] parts = Parts(storage, volume);
        string path = $"{storage.FolderOf("images")}/{parts[0]}/{parts[1]}";
        return parts.Length < 4 ? null : root.Resolve(storage.Type == "btrfs" ? PathInBtrfs(path) : path);
    }

    /// <summary>A raw image has a subvolume of its own; others are plain files (BTRFSPlugin.pm, filesystem_path).</summary>
    private static string PathInBtrfs(string path) =>
        path.EndsWith(".raw", StringComparison.Ordinal) ? $"{path[..^4]}/disk.raw" : path;

    /// <summary><c>NAME</c>, or <c>BASE/NAME</c> for a linked clone.</summary>
    private static string NameOf(StorageSection storage, string volume) =>
        Parts(storage, volume) is { Length: 1 or 2 } parts ? parts[^1] : throw NoVolume(storage, volume);

    /// <summary><c>CHANNEL.ID.LUN.NAME</c> (ISCSIPlugin.pm, parse_volname).</summary>
    private static string NameOfLun(StorageSection storage, string volume)
    {
        string[] parts = NameOf(storage, volume).Split('.', 4);
        return parts.Length == 4 && parts[..3].All(part => part.Length > 0 && part.All(char.IsAsciiDigit))
            ? parts[3]
            : throw NoVolume(storage, volume);
    }

    /// <summary>krbd's device (RBDPlugin.pm, krbd path). librbd has none: QEMU itself speaks to the cluster.</summary>
    private static string? PathOfRbd(HostRoot root, StorageSection storage, string name)
    {
        if (storage.Get("krbd") is null or "0")
        {
            return null;
        }

        string pool = storage.Get("pool") ?? "rbd";
        string space = storage.Get("namespace") is { Length: > 0 } named ? $"{named}/" : "";
        return ReadFsid(root, storage) is { } fsid ? $"/dev/rbd-pve/{fsid}/{pool}/{space}{name}" : null;
    }

    /// <summary>
    /// <c>[global] fsid</c> of the cluster's ceph.conf. Another cluster's may not be known: Proxmox VE asks its monitors.
    /// </summary>
    private static string? ReadFsid(HostRoot root, StorageSection storage)
    {
        bool isOther = storage.Get("monhost") is not null;
        string path = isOther ? $"/etc/pve/priv/ceph/{storage.Id}.conf" : "/etc/pve/ceph.conf";
        byte[]? bytes = HostFile.ReadAllOrNull(root.Resolve(path), MaximumCephConfig);
        bool isGlobal = false;
        foreach (string line in Encoding.UTF8.GetString(bytes ?? []).Split('\n').Select(text => text.Trim()))
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

    /// <summary>A volume's name has no way out of its storage.</summary>
    private static string[] Parts(StorageSection storage, string volume)
    {
        string[] parts = volume.Split('/');
        bool isPlain = parts.All(part => part.Length > 0 && part is not ("." or "..") && !part.Any(char.IsControl));
        return isPlain ? parts : throw NoVolume(storage, volume);
    }

    private static HostException NoVolume(StorageSection storage, string volume) =>
        new($"storage '{storage.Id}': '{volume}' is no volume of type {storage.Type}");

    private static HostException WhyMissing(HostRoot root, StorageSection storage, string path) =>
        HostException.NotThere(
            storage.MountPoint is { } mounted && !HostFile.IsMountPoint(root.Resolve(mounted))
                ? $"storage '{storage.Id}': {mounted} is not mounted"
                : $"storage '{storage.Id}': there is no {path}"
        );
}
