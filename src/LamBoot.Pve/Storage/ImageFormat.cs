using LamBoot.Linux;

namespace LamBoot.Pve.Storage;

/// <summary>
/// The format of an image. It is always what Proxmox VE says, since that is what QEMU is started with, and never inferred from the content:
/// a guest controls every byte of its raw flash and could write a qcow2 header with another VM's disk as the backing file.
/// </summary>
internal enum ImageFormat
{
    /// <summary>Plain bytes.</summary>
    Raw,

    /// <summary>QEMU's own format.</summary>
    Qcow2,
}

/// <summary>Determines the format of an image.</summary>
internal static class ImageFormats
{
    /// <summary>The format of a VM's volume: the drive's <c>format=</c>, else what its name implies on that type of storage.</summary>
    /// <param name="volume">The volume.</param>
    /// <param name="storage">Its storage; null for an absolute path.</param>
    /// <exception cref="HostException">The format is not supported, or the name implies none.</exception>
    public static ImageFormat Of(VolumeId volume, StorageSection? storage) =>
        volume.Format is { } format ? Parse(format, volume.ToString())
        : storage is null ? OfName(volume.Volume)
        : storage.IsOfFiles ? OfFileName(volume, storage)
        : storage.Type is "lvmthin" or "zfspool" or "rbd" or "iscsi" ? ImageFormat.Raw
        : OfName(volume.Volume);

    /// <summary>The format of an image given by the user: qcow2 if its name says so, else raw.</summary>
    /// <exception cref="HostException">The format is not supported.</exception>
    public static ImageFormat OfName(string name) => OfExtension(name) ?? ImageFormat.Raw;

    /// <summary>The format implied by a file name extension; null if it implies none.</summary>
    /// <exception cref="HostException">The format is not supported.</exception>
    public static ImageFormat? OfExtension(string name) =>
        Path.GetExtension(name) switch
        {
            ".raw" => ImageFormat.Raw,
            ".qcow2" => ImageFormat.Qcow2,
            ".vmdk" => Parse("vmdk", name),
            _ => null,
        };

    /// <summary>Parses QEMU's name of a format.</summary>
    /// <param name="format">The name.</param>
    /// <param name="image">The image, for the error message.</param>
    /// <exception cref="HostException">The format is not supported.</exception>
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

    /// <summary>File names always include it (pve-storage, Plugin.pm, parse_name_dir).</summary>
    private static ImageFormat OfFileName(VolumeId volume, StorageSection storage) =>
        OfExtension(volume.Volume)
        ?? throw new HostException($"storage '{storage.Id}': '{volume.Volume}' is not a volume of type {storage.Type}");
}
