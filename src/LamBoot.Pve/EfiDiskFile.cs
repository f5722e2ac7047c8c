using LamBoot.Nvram;

namespace LamBoot.Pve;

/// <summary>The file or device of a VM's EFI disk.</summary>
public sealed class EfiDiskFile : IDisposable
{
    private readonly HostRoot _root;
    private readonly string? _folder;
    private readonly LvmVolume? _activated;

    internal EfiDiskFile(HostRoot root, string path, string? folder, LvmVolume? activated) =>
        (_root, Path, _folder, _activated) = (root, path, folder, activated);

    /// <summary>Where it is.</summary>
    public string Path { get; }

    /// <summary>Whether it is a device, whose bytes can only be changed in their place.</summary>
    internal bool IsDevice => FileStatus.OfTarget(Path).IsBlockDevice;

    /// <summary>Reads as much as a reader of its store needs.</summary>
    /// <exception cref="HostException">It cannot be read.</exception>
    public StoreImage Read() => StoreFile.Read(_root, Path, _folder);

    /// <summary>Reads the whole firmware volume.</summary>
    /// <exception cref="HostException">It cannot be read, or holds none.</exception>
    public byte[] ReadVolume() => StoreFile.ReadVolume(_root, Path, _folder);

    /// <summary>Reads the first bytes, whatever they are.</summary>
    /// <exception cref="HostException">They cannot be read, or there are fewer.</exception>
    internal byte[] ReadBytes(int length) => StoreFile.ReadBytes(_root, Path, _folder, length);

    /// <summary>Writes the first bytes, and syncs them.</summary>
    /// <exception cref="HostException">They cannot be written.</exception>
    internal void Write(byte[] volume) => StoreFile.Write(_root, Path, _folder, volume);

    /// <summary>Puts an LVM volume back as it was.</summary>
    public void Dispose() => _activated?.Dispose();
}
