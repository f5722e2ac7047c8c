using LamBoot.Linux;

namespace LamBoot.Pve.Storage;

/// <summary>The paths of volumes as computed by pve-storage's plugins, without starting Perl for the storages that we know.</summary>
internal static class VolumePath
{
    /// <summary>The path of a volume, as seen by the host; null if it has none or the storage's type is unknown.</summary>
    /// <exception cref="HostException">The volume's name is invalid on such a storage, or the storage lacks a required
    /// property.</exception>
    public static string? Of(HostRoot root, StorageSection storage, string volume) =>
        storage.Type switch
        {
            "dir" or "nfs" or "cifs" or "cephfs" => InFolder(storage, volume),
            "btrfs" => InBtrfs(InFolder(storage, volume)),
            "lvm" or "lvmthin" => $"/dev/{storage.Require("vgname")}/{NameOf(storage, volume)}",
            "zfspool" => $"/dev/zvol/{storage.Require("pool")}/{NameOf(storage, volume)}",
            "rbd" => OfRbd(root, storage, NameOf(storage, volume)),
            "iscsi" => $"/dev/disk/by-id/{NameOfLun(storage, volume)}",
            _ => null,
        };

    /// <summary>The base named in a linked clone's volume, <c>BASE/NAME/VMID/NAME</c>; null if none.</summary>
    /// <exception cref="HostException">The volume's name is invalid on such a storage.</exception>
    public static string? OfBase(HostRoot root, StorageSection storage, string volume)
    {
        string[] parts = Parts(storage, volume);
        string path = $"{storage.FolderOf("images")}/{parts[0]}/{parts[1]}";
        return parts.Length < 4 ? null : root.Resolve(storage.Type == "btrfs" ? InBtrfs(path) : path);
    }

    /// <summary><c>NAME</c>, or <c>BASE/NAME</c> for a linked clone.</summary>
    /// <exception cref="HostException">The volume's name is invalid on such a storage.</exception>
    public static string NameOf(StorageSection storage, string volume) =>
        Parts(storage, volume) is { Length: 1 or 2 } parts ? parts[^1] : throw NoVolume(storage, volume);

    /// <summary>
    /// <c>VMID/NAME</c>, or <c>BASE/NAME/VMID/NAME</c> for a linked clone: the last two parts are the image (Plugin.pm,
    /// parse_volname and filesystem_path).
    /// </summary>
    private static string InFolder(StorageSection storage, string volume)
    {
        string[] parts = Parts(storage, volume);
        return parts.Length is 2 or 4
            ? $"{storage.FolderOf("images")}/{parts[^2]}/{parts[^1]}"
            : throw NoVolume(storage, volume);
    }

    /// <summary>A raw image is in its own subvolume; others are plain files (BTRFSPlugin.pm, filesystem_path).</summary>
    private static string InBtrfs(string path) =>
        path.EndsWith(".raw", StringComparison.Ordinal) ? $"{path[..^4]}/disk.raw" : path;

    /// <summary><c>CHANNEL.ID.LUN.NAME</c> (ISCSIPlugin.pm, parse_volname).</summary>
    private static string NameOfLun(StorageSection storage, string volume)
    {
        string[] parts = NameOf(storage, volume).Split('.', 4);
        return
            parts.Length == 4
            && Array.TrueForAll(
                parts.AsSpan(..3).ToArray(),
                part => part.Length > 0 && Array.TrueForAll(part.ToCharArray(), char.IsAsciiDigit)
            )
            ? parts[3]
            : throw NoVolume(storage, volume);
    }

    /// <summary>krbd's device (RBDPlugin.pm, krbd path). librbd has none: QEMU itself talks to the cluster.</summary>
    private static string? OfRbd(HostRoot root, StorageSection storage, string name)
    {
        if (storage.Get("krbd") is null or "0")
        {
            return null;
        }

        string pool = storage.Get("pool") ?? "rbd";
        string space = storage.Get("namespace") is { Length: > 0 } named ? $"{named}/" : "";
        return CephCluster.ReadFsid(root, storage) is { } fsid ? $"/dev/rbd-pve/{fsid}/{pool}/{space}{name}" : null;
    }

    /// <summary>The parts of a volume's name, which must not lead out of its storage.</summary>
    private static string[] Parts(StorageSection storage, string volume)
    {
        string[] parts = volume.Split('/');
        bool isPlain = Array.TrueForAll(
            parts,
            part => part.Length > 0 && part is not ("." or "..") && !Array.Exists(part.ToCharArray(), char.IsControl)
        );
        return isPlain ? parts : throw NoVolume(storage, volume);
    }

    private static HostException NoVolume(StorageSection storage, string volume) =>
        new($"storage '{storage.Id}': '{volume}' is not a volume of type {storage.Type}");
}
