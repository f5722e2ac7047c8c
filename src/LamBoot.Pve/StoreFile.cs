using LamBoot.Nvram;

namespace LamBoot.Pve;

/// <summary>A variable store's image as it lies on the host: raw in a file or block device, or qcow2.</summary>
public static class StoreFile
{
    // An EFI disk of aarch64 has 64 MiB.
    private const int MaximumFile = 256 << 20;
    private const int MaximumHeader = 4096;
    private const int Permissions = 0xfff;

    private static ReadOnlySpan<byte> Qcow2Magic => [(byte)'Q', (byte)'F', (byte)'I', 0xfb];

    private static ReadOnlySpan<byte> VmdkMagic => "KDMV"u8;

    /// <summary>Reads as much of an image as a reader of its store needs.</summary>
    /// <param name="root">The host.</param>
    /// <param name="path">The file or device.</param>
    /// <param name="folder">The folder that backing files of a qcow2 image have to be in; null for that above the image's own.</param>
    /// <exception cref="HostException">It cannot be read.</exception>
    public static StoreImage Read(HostRoot root, string path, string? folder = null)
    {
        StoreImage image = ReadRaw(path);
        return IsQcow2(path, image.Bytes) ? QemuImg.WithRaw(root, path, FolderOf(path, folder), ReadRaw) : image;
    }

    /// <summary>Reads the whole firmware volume of an image.</summary>
    /// <inheritdoc cref="Read"/>
    public static byte[] ReadVolume(HostRoot root, string path, string? folder = null) =>
        IsQcow2(path) ? QemuImg.WithRaw(root, path, FolderOf(path, folder), ReadRawVolume) : ReadRawVolume(path);

    /// <summary>Reads the first bytes of an image, whatever they are.</summary>
    /// <exception cref="HostException">They cannot be read, or there are fewer.</exception>
    internal static byte[] ReadBytes(HostRoot root, string path, string? folder, int length) =>
        IsQcow2(path)
            ? QemuImg.WithRaw(root, path, FolderOf(path, folder), raw => ReadRawBytes(raw, length))
            : ReadRawBytes(path, length);

    /// <summary>
    /// Writes the first bytes of an image. A file is replaced as a whole, so that a kill leaves the old one or the new; a device is
    /// written in place. Either is synced.
    /// </summary>
    /// <param name="root">The host.</param>
    /// <param name="path">The file or device.</param>
    /// <param name="folder">As for <see cref="Read"/>.</param>
    /// <param name="volume">The bytes.</param>
    /// <exception cref="HostException">They cannot be written.</exception>
    internal static void Write(HostRoot root, string path, string? folder, byte[] volume)
    {
        if (IsQcow2(path))
        {
            QemuImg.WriteQcow2(root, path, FolderOf(path, folder), volume);
        }
        else if (FileStatus.OfTarget(path).IsBlockDevice)
        {
            using Descriptor device = Descriptor.Open(path, Libc.WriteOnly | Libc.CloseOnExec, 0);
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
        byte[] whole = HostFile.ReadAll(path, MaximumFile);
        if (whole.Length < volume.Length)
        {
            throw new HostException($"{path} has {whole.Length} bytes, too few for a store of {volume.Length}");
        }

        volume.CopyTo(whole, 0);
        HostFile.Replace(HostFile.Target(path), whole, FileStatus.OfTarget(path).Mode & Permissions);
    }

    /// <summary>The folder that backing files have to be in.</summary>
    private static string FolderOf(string path, string? folder) =>
        folder ?? Path.GetFullPath(Path.Combine(path, "..", ".."));

    private static byte[] ReadRawBytes(string path, int length)
    {
        using Descriptor file = HostFile.OpenForReading(path, out _);
        byte[] bytes = new byte[length];
        return file.Read(bytes, 0) == length
            ? bytes
            : throw new HostException($"{path}: the image ends inside the firmware volume");
    }

    private static byte[] ReadRawVolume(string path)
    {
        using Descriptor file = HostFile.OpenForReading(path, out long size);
        byte[] header = new byte[(int)Math.Min(size, MaximumHeader)];
        _ = file.Read(header, 0);
        if (!FirmwareVolume.TryRead(header, out FirmwareVolume volume, out NvramError error))
        {
            throw new HostException($"{path}: {error}");
        }

        return ReadRawBytes(path, volume.Length);
    }

    /// <summary>Reads as much of a raw image as a reader of its store needs.</summary>
    internal static StoreImage ReadRaw(string path)
    {
        using Descriptor file = HostFile.OpenForReading(path, out long size);
        return StoreImage.Read(size, (offset, buffer) => file.Read(buffer, offset));
    }

    private static bool IsQcow2(string path)
    {
        using Descriptor file = HostFile.OpenForReading(path, out _);
        byte[] magic = new byte[Qcow2Magic.Length];
        _ = file.Read(magic, 0);
        return IsQcow2(path, magic);
    }

    /// <summary>Whatever the name or the storage says, the image says what it is.</summary>
    private static bool IsQcow2(string path, ReadOnlySpan<byte> image) =>
        image.StartsWith(VmdkMagic)
            ? throw new HostException($"{path} is a VMDK image, which is not read; move the disk to raw or qcow2")
            : image.StartsWith(Qcow2Magic);
}
