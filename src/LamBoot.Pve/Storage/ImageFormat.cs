using LamBoot.Linux;

namespace LamBoot.Pve.Storage;

/// <summary>
/// The format of an image. It is what Proxmox VE says, which starts QEMU with it, and never what the bytes look like: a guest writes
/// its raw flash as it likes, the header of a qcow2 image with another VM's disk as its backing file too.
/// </summary>
internal enum ImageFormat
{
    /// <summary>The bytes as they are.</summary>
    Raw,

    /// <summary>QEMU's own format.</summary>
    Qcow2,
}

/// <summary>Which format an image has.</summary>
internal static class ImageFormats
{
    /// <summary>The format of a VM's volume: the drive's <c>format=</c>, else what its name says on that type of storage.</summary>
    /// <param name="volume">The volume.</param>
    /// <param name="storage">Its storage; null for an absolute path.</param>
    /// <exception cref="HostException">It is one that is not read, or the name has none.</exception>
    public static ImageFormat Of(VolumeId volume, StorageSection? storage) =>
        volume.Format is { } format ? Parse(format, volume.ToString())
        : storage is null ? OfName(volume.Volume)
        : storage.IsOfFiles ? OfFileName(volume, storage)
        : storage.Type is "lvmthin" or "zfspool" or "rbd" or "iscsi" ? ImageFormat.Raw
        : OfName(volume.Volume);

    /// <summary>The format of an image that is named by hand: qcow2 by its name, else raw.</summary>
    /// <exception cref="HostException">It is one that is not read.</exception>
    public static ImageFormat OfName(string name) => OfExtension(name) ?? ImageFormat.Raw;

    /// <summary>The format that a name's end says; null where it says none.</summary>
    /// <exception cref="HostException">It is one that is not read.</exception>
    public static ImageFormat? OfExtension(string name) =>
        Path.GetExtension(name) switch
        {
            ".raw" => ImageFormat.Raw,
            ".qcow2" => ImageFormat.Qcow2,
            ".vmdk" => Parse("vmdk", name),
            _ => null,
        };

    /// <summary>A format by QEMU's name of it.</summary>
    /// <param name="format">The name.</param>
    /// <param name="image">The image, for the failure.</param>
    /// <exception cref="HostException">It is one that is not read.</exception>
    public static ImageFormat Parse(string format, string image) =>
        format switch
        {
            "raw" => ImageFormat.Raw,
            "qcow2" => ImageFormat.Qcow2,
            "vmdk" => throw new HostException(
                $"{image} is a VMDK image, which is not supported; move the disk to raw or qcow2"
            ),
            _ => throw new HostException(
                $"{image} has the format '{format}', which is not supported; move the disk to raw or qcow2"
            ),
        };

    /// <summary>QEMU's name of a format.</summary>
    public static string NameOf(ImageFormat format) => format == ImageFormat.Qcow2 ? "qcow2" : "raw";

    /// <summary>Files have it in their names always (pve-storage, Plugin.pm, parse_name_dir).</summary>
    private static ImageFormat OfFileName(VolumeId volume, StorageSection storage) =>
        OfExtension(volume.Volume)
        ?? throw new HostException($"storage '{storage.Id}': '{volume.Volume}' is not a volume of type {storage.Type}");
}
