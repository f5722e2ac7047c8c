using LamBoot.Nvram;

namespace LamBoot.Pve;

/// <summary>A variable store's image as it lies on the host: raw in a file or block device, or qcow2.</summary>
public static class StoreFile
{
    private static ReadOnlySpan<byte> Qcow2Magic => [(byte)'Q', (byte)'F', (byte)'I', 0xfb];

    /// <summary>Reads as much of an image as a reader of its store needs.</summary>
    /// <param name="path">The file or device.</param>
    /// <exception cref="HostException">It cannot be read.</exception>
    public static StoreImage Read(string path)
    {
        using Descriptor file = HostFile.OpenForReading(path, out long size);
        Span<byte> magic = stackalloc byte[4];
        return file.Read(magic, 0) == magic.Length && magic.SequenceEqual(Qcow2Magic)
            ? QemuImg.ReadQcow2(path)
            : StoreImage.Read(size, (offset, buffer) => file.Read(buffer, offset));
    }
}
