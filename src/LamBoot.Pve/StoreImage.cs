using LamBoot.Nvram;

namespace LamBoot.Pve;

/// <summary>The bytes of a variable store's image that a reader needs: not the whole of a 64 MiB one.</summary>
/// <param name="Bytes">The image's first bytes.</param>
/// <param name="Size">The size of the whole image in bytes.</param>
public readonly record struct StoreImage(byte[] Bytes, long Size)
{
    private static ReadOnlySpan<byte> Qcow2Magic => [(byte)'Q', (byte)'F', (byte)'I', 0xfb];

    /// <summary>Reads an image: raw from a file or block device, or qcow2.</summary>
    /// <param name="path">The file or device.</param>
    /// <exception cref="HostException">It cannot be read.</exception>
    public static StoreImage Read(string path)
    {
        using Descriptor file = HostFile.OpenForReading(path, out long size);
        byte[] start = new byte[(int)Math.Min(size, 4096)];
        start = start[..file.Read(start, 0)];
        if (start.AsSpan().StartsWith(Qcow2Magic))
        {
            return QemuImg.ReadQcow2(path);
        }

        byte[] bytes = new byte[(int)Math.Min(size, VariableStore.BytesNeeded(start))];
        start.AsSpan(0, Math.Min(start.Length, bytes.Length)).CopyTo(bytes);
        int read =
            start.Length < bytes.Length
                ? start.Length + file.Read(bytes.AsSpan(start.Length), start.Length)
                : bytes.Length;
        return new(bytes[..read], size);
    }
}
