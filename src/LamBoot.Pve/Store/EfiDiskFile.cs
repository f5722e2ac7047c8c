using LamBoot.Linux;
using LamBoot.Linux.Files;
using LamBoot.Nvram.Variables;
using LamBoot.Pve.Storage;

namespace LamBoot.Pve.Store;

/// <summary>The file or device of a VM's EFI disk.</summary>
public sealed class EfiDiskFile : IDisposable
{
    private readonly ImagePlace? _place;
    private readonly LvmVolume? _activated;

    internal EfiDiskFile(string path, ImageFormat format, ImagePlace? place, LvmVolume? activated) =>
        (Path, Format, _place, _activated) = (path, format, place, activated);

    /// <summary>Where it is.</summary>
    public string Path { get; }

    /// <summary>Its format, as Proxmox VE has it.</summary>
    internal ImageFormat Format { get; }

    /// <summary>Whether it is a device, whose bytes can only be changed in their place.</summary>
    internal bool IsDevice => FileStatus.OfTarget(Path).IsBlockDevice;

    /// <summary>Reads as much as a reader of its store needs.</summary>
    /// <exception cref="HostException">It cannot be read.</exception>
    public StoreImage Read() => StoreFile.Read(Path, Format, _place);

    /// <summary>Reads the whole firmware volume.</summary>
    /// <exception cref="HostException">It cannot be read, or holds none.</exception>
    public byte[] ReadVolume() => StoreFile.ReadVolume(Path, Format, _place);

    /// <summary>Reads the first bytes, whatever they are.</summary>
    /// <exception cref="HostException">They cannot be read, or there are fewer.</exception>
    internal byte[] ReadBytes(int length) => StoreFile.ReadBytes(Path, Format, _place, length);

    /// <summary>Writes the first bytes, and syncs them.</summary>
    /// <exception cref="HostException">They cannot be written.</exception>
    internal void Write(byte[] volume) => StoreFile.Write(Path, Format, _place, volume);

    /// <summary>Puts an LVM volume back as it was.</summary>
    public void Dispose() => _activated?.Dispose();
}
