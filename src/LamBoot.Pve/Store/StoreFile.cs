using LamBoot.Linux;
using LamBoot.Linux.Files;
using LamBoot.Nvram.Layout;
using LamBoot.Nvram.Variables;
using LamBoot.Pve.Storage;

namespace LamBoot.Pve.Store;

/// <summary>The image of a variable store on the host: raw in a file or block device, or qcow2.</summary>
public sealed class StoreFile : IDisposable
{
    // An EFI disk of aarch64 has 64 MiB.
    private const int MaximumVolume = 64; // MiB
    private const int MaximumFile = 256; // MiB
    private const int MaximumHeader = 4096;

    private readonly ImagePlace? _place; // null for one given by the user
    private readonly LvmVolume? _activated;

    /// <summary>An image given by the user: qcow2 if its name says so, else raw.</summary>
    /// <param name="path">The file or device.</param>
    /// <exception cref="HostException">Its name implies an unsupported format.</exception>
    public StoreFile(string path)
        : this(path, ImageFormats.OfName(path), null, null) { }

    internal StoreFile(string path, ImageFormat format, ImagePlace? place, LvmVolume? activated) =>
        (Path, Format, _place, _activated) = (path, format, place, activated);

    /// <summary>Its path.</summary>
    public string Path { get; }

    /// <summary>Whether it is an LVM volume that was activated for this.</summary>
    internal bool IsActivated => _activated is not null;

    /// <summary>Its format according to Proxmox VE or, for an image given by the user, according to its name.</summary>
    internal ImageFormat Format { get; }

    /// <summary>Whether it is a device, whose bytes can only be changed in place.</summary>
    /// <exception cref="HostException">It cannot be determined.</exception>
    internal bool IsDevice => FileStatus.OfTarget(Path).IsBlockDevice;

    /// <summary>Reads as much as is needed to read its store.</summary>
    /// <exception cref="HostException">It cannot be read.</exception>
    public StoreImage Read() =>
        With(MaximumVolume, (image, size) => StoreImage.Read(size, (offset, buffer) => image.Read(buffer, offset)));

    /// <summary>Reads the entire firmware volume.</summary>
    /// <exception cref="HostException">It cannot be read, or there is none.</exception>
    public byte[] ReadVolume() =>
        With(
            MaximumVolume,
            (image, size) =>
            {
                byte[] header = new byte[(int)Math.Min(size, MaximumHeader)];
                _ = image.Read(header, 0);
                return FirmwareVolume.TryRead(header, out FirmwareVolume volume, out NvramError error)
                    ? ReadBytes(image, volume.Length)
                    : throw new HostException($"{Path}: {error}");
            }
        );

    /// <summary>Reads all of it.</summary>
    /// <exception cref="HostException">It cannot be read, or is larger than any store's image.</exception>
    public byte[] ReadWhole() =>
        With(
            MaximumFile + 1,
            (image, size) =>
                size <= (long)MaximumFile << 20
                    ? ReadBytes(image, (int)size)
                    : throw new HostException($"{Path} is over {MaximumFile} MiB: not a variable store image")
        );

    /// <summary>Reads the first bytes, whatever they are.</summary>
    /// <exception cref="HostException">They cannot be read, or there are fewer.</exception>
    internal byte[] ReadBytes(int length) => With(MaximumVolume, (image, _) => ReadBytes(image, length));

    /// <summary>
    /// Writes the first bytes and syncs them. A file is replaced as a whole, so that a kill leaves either the old or the new one; a device
    /// is written in place.
    /// </summary>
    /// <param name="volume">The bytes.</param>
    /// <param name="temporary">The name pattern of the temporary file that replaces a file.</param>
    /// <exception cref="HostException">They cannot be written.</exception>
    internal void Write(byte[] volume, TemporaryFiles temporary)
    {
        if (Format == ImageFormat.Qcow2)
        {
            QemuImg.Write(Path, PlaceOfLayers(), volume, temporary);
        }
        else if (IsDevice)
        {
            using Descriptor device = Descriptor.OpenDevice(Path);
            device.WriteAt(volume, 0);
            device.Sync();
        }
        else
        {
            WriteRaw(volume, temporary);
        }
    }

    /// <summary>Deactivates an LVM volume that was inactive before.</summary>
    public void Dispose() => _activated?.Dispose();

    private ImagePlace PlaceOfLayers() => _place ?? ImagePlace.OfPath(Path);

    private void WriteRaw(byte[] volume, TemporaryFiles temporary)
    {
        byte[] whole = FileReader.ReadAll(Path, MaximumFile << 20);
        if (whole.Length < volume.Length)
        {
            throw new HostException($"{Path} has {whole.Length} bytes, too few for a store of {volume.Length}");
        }

        volume.CopyTo(whole, 0);
        AtomicFile.Replace(FileQuery.Target(Path), whole, FileStatus.OfTarget(Path).Permissions, temporary);
    }

    private T With<T>(int mebibytes, Func<Descriptor, long, T> read)
    {
        if (Format == ImageFormat.Qcow2)
        {
            return QemuImg.Read(Path, PlaceOfLayers(), mebibytes, read);
        }

        using Descriptor file = Descriptor.OpenForReading(Path, out long size);
        ThrowIfQcow2(file);
        return read(file, size);
    }

    private byte[] ReadBytes(Descriptor image, int length)
    {
        byte[] bytes = new byte[length];
        return image.Read(bytes, 0) == length
            ? bytes
            : throw new HostException($"{Path}: the image ends inside the firmware volume");
    }

    /// <summary>Rejects a raw image that begins like a qcow2 one; no firmware writes that.</summary>
    private void ThrowIfQcow2(Descriptor file)
    {
        byte[] magic = new byte[Qcow2Header.Magic.Length];
        _ = file.Read(magic, 0);
        if (magic.AsSpan().SequenceEqual(Qcow2Header.Magic))
        {
            throw new HostException(
                _place is null
                    ? $"{Path} looks like a qcow2 image but is read as raw, because its name does not end in .qcow2: if it really is one, and no guest wrote it, rename it"
                    : $"{Path} looks like a qcow2 image, but Proxmox VE has it as raw: the guest wrote that, so it is ignored"
            );
        }
    }
}
