using LamBoot.Linux;
using LamBoot.Linux.Files;
using LamBoot.Linux.Libc;
using LamBoot.Nvram.Layout;
using LamBoot.Nvram.Variables;
using LamBoot.Pve.Programs;
using LamBoot.Pve.Storage;

namespace LamBoot.Pve.Store;

/// <summary>A variable store's image as it lies on the host: raw in a file or block device, or qcow2.</summary>
public static class StoreFile
{
    // An EFI disk of aarch64 has 64 MiB.
    private const int MaximumVolume = 64; // MiB
    private const int MaximumFile = 256; // MiB
    private const int MaximumHeader = 4096;
    private const int Permissions = 0xfff;

    /// <summary>Reads as much of an image that is named by hand as a reader of its store needs; it is qcow2 by its name, else raw.</summary>
    /// <param name="path">The file or device.</param>
    /// <exception cref="HostException">It cannot be read.</exception>
    public static StoreImage Read(string path) => Read(path, ImageFormats.OfName(path), null);

    /// <summary>Reads the whole firmware volume of an image that is named by hand.</summary>
    /// <inheritdoc cref="Read(string)"/>
    public static byte[] ReadVolume(string path) => ReadVolume(path, ImageFormats.OfName(path), null);

    /// <summary>Reads all of an image that is named by hand.</summary>
    /// <inheritdoc cref="Read(string)"/>
    public static byte[] ReadWhole(string path) =>
        With(
            path,
            ImageFormats.OfName(path),
            null,
            MaximumFile + 1,
            (image, size) =>
                size <= (long)MaximumFile << 20
                    ? ReadBytes(image, path, (int)size)
                    : throw new HostException($"{path} has more than {MaximumFile} MiB: no image of a store")
        );

    /// <summary>Reads as much of an image as a reader of its store needs.</summary>
    /// <param name="path">The file or device.</param>
    /// <param name="format">Its format.</param>
    /// <param name="place">Where the backing files of a qcow2 image may lie; null for those of one that is named by hand.</param>
    /// <exception cref="HostException">It cannot be read.</exception>
    internal static StoreImage Read(string path, ImageFormat format, ImagePlace? place) =>
        With(
            path,
            format,
            place,
            MaximumVolume,
            (image, size) => StoreImage.Read(size, (offset, buffer) => image.Read(buffer, offset))
        );

    /// <summary>Reads the whole firmware volume of an image.</summary>
    /// <inheritdoc cref="Read(string, ImageFormat, ImagePlace?)"/>
    internal static byte[] ReadVolume(string path, ImageFormat format, ImagePlace? place) =>
        With(path, format, place, MaximumVolume, (image, size) => ReadVolume(image, size, path));

    /// <summary>Reads the first bytes of an image, whatever they are.</summary>
    /// <exception cref="HostException">They cannot be read, or there are fewer.</exception>
    internal static byte[] ReadBytes(string path, ImageFormat format, ImagePlace? place, int length) =>
        With(path, format, place, MaximumVolume, (image, _) => ReadBytes(image, path, length));

    /// <summary>
    /// Writes the first bytes of an image. A file is replaced as a whole, so that a kill leaves the old one or the new; a device is
    /// written in place. Either is synced.
    /// </summary>
    /// <param name="path">The file or device.</param>
    /// <param name="format">Its format.</param>
    /// <param name="place">As for <see cref="Read(string, ImageFormat, ImagePlace?)"/>.</param>
    /// <param name="volume">The bytes.</param>
    /// <exception cref="HostException">They cannot be written.</exception>
    internal static void Write(string path, ImageFormat format, ImagePlace? place, byte[] volume)
    {
        if (format == ImageFormat.Qcow2)
        {
            QemuImg.Write(path, place ?? ImagePlace.OfPath(path), volume);
        }
        else if (FileStatus.OfTarget(path).IsBlockDevice)
        {
            using Descriptor device = Descriptor.Open(path, OpenFlag.WriteOnly | OpenFlag.CloseOnExec, 0);
            device.WriteAt(volume, 0);
            device.Sync();
        }
        else
        {
            WriteFile(path, volume);
        }
    }

    private static void WriteFile(string path, byte[] volume)
    {
        byte[] whole = HostFile.ReadAll(path, MaximumFile << 20);
        if (whole.Length < volume.Length)
        {
            throw new HostException($"{path} has {whole.Length} bytes, too few for a store of {volume.Length}");
        }

        volume.CopyTo(whole, 0);
        HostFile.Replace(HostFile.Target(path), whole, FileStatus.OfTarget(path).Mode & Permissions);
    }

    private static T With<T>(
        string path,
        ImageFormat format,
        ImagePlace? place,
        int mebibytes,
        Func<Descriptor, long, T> read
    )
    {
        if (format == ImageFormat.Qcow2)
        {
            return QemuImg.Read(path, place ?? ImagePlace.OfPath(path), mebibytes, read);
        }

        using Descriptor file = HostFile.OpenForReading(path, out long size);
        ThrowIfQcow2(file, path, isByHand: place is null);
        return read(file, size);
    }

    private static byte[] ReadBytes(Descriptor image, string path, int length)
    {
        byte[] bytes = new byte[length];
        return image.Read(bytes, 0) == length
            ? bytes
            : throw new HostException($"{path}: the image ends inside the firmware volume");
    }

    private static byte[] ReadVolume(Descriptor image, long size, string path)
    {
        byte[] header = new byte[(int)Math.Min(size, MaximumHeader)];
        _ = image.Read(header, 0);
        return FirmwareVolume.TryRead(header, out FirmwareVolume volume, out NvramError error)
            ? ReadBytes(image, path, volume.Length)
            : throw new HostException($"{path}: {error}");
    }

    /// <summary>A raw image that begins as a qcow2 one is not followed; no firmware writes that.</summary>
    private static void ThrowIfQcow2(Descriptor file, string path, bool isByHand)
    {
        byte[] magic = new byte[Qcow2Header.Magic.Length];
        _ = file.Read(magic, 0);
        if (magic.AsSpan().SequenceEqual(Qcow2Header.Magic))
        {
            throw new HostException(
                isByHand
                    ? $"{path} begins as a qcow2 image does, and is read as raw, since its name does not end in .qcow2: if it is one, and no guest wrote it, give it such a name"
                    : $"{path} begins as a qcow2 image does, and Proxmox VE has it as raw: the guest wrote that, so it is not followed"
            );
        }
    }
}
