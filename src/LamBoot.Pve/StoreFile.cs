using LamBoot.Nvram;

namespace LamBoot.Pve;

/// <summary>A variable store's image as it lies on the host: raw in a file or block device, or qcow2.</summary>
public static class StoreFile
{
    private static ReadOnlySpan<byte> Qcow2Magic => [(byte)'Q', (byte)'F', (byte)'I', 0xfb];

    private static ReadOnlySpan<byte> VmdkMagic => "KDMV"u8;

    /// <summary>Reads as much of an image as a reader of its store needs.</summary>
    /// <param name="root">The host.</param>
    /// <param name="path">The file or device.</param>
    /// <param name="folder">The folder that backing files of a qcow2 image have to be in; null for that above the image's own.</param>
    /// <exception cref="HostException">It cannot be read.</exception>
    public static StoreImage Read(HostRoot root, string path, string? folder = null) =>
        IsQcow2(path)
            ? QemuImg.ReadQcow2(root, path, folder ?? Path.GetFullPath(Path.Combine(path, "..", "..")))
            : ReadRaw(path);

    /// <summary>Reads as much of a raw image as a reader of its store needs.</summary>
    internal static StoreImage ReadRaw(string path)
    {
        using Descriptor file = HostFile.OpenForReading(path, out long size);
        return StoreImage.Read(size, (offset, buffer) => file.Read(buffer, offset));
    }

    /// <summary>Whatever the name or the storage says, the image says what it is.</summary>
    private static bool IsQcow2(string path)
    {
        using Descriptor file = HostFile.OpenForReading(path, out _);
        Span<byte> magic = stackalloc byte[4];
        _ = file.Read(magic, 0);
        return magic.SequenceEqual(VmdkMagic)
            ? throw new HostException($"{path} is a VMDK image, which is not read; move the disk to raw or qcow2")
            : magic.SequenceEqual(Qcow2Magic);
    }
}
