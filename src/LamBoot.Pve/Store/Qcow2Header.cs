using System.Buffers.Binary;
using System.Text;
using LamBoot.Linux;
using LamBoot.Linux.Files;

namespace LamBoot.Pve.Store;

/// <summary>
/// The references to other files in a qcow2 header (QEMU, docs/interop/qcow2.txt). It is read before QEMU's own tools open the image,
/// because they would follow anything it names.
/// </summary>
/// <param name="backing">The backing file, as named; null if none.</param>
/// <param name="backingFormat">The stated format of the backing file; null if not stated.</param>
internal sealed class Qcow2Header(string? backing, string? backingFormat)
{
    private const int VersionOffset = 4;
    private const int BackingOffset = 8;
    private const int BackingSizeOffset = 16;
    private const int ClusterBitsOffset = 20;
    private const int FixedSize = 72; // of version 2; the extensions of version 3 cannot begin before it
    private const int IncompatibleOffset = 72;
    private const int HeaderLengthOffset = 100;
    private const int FixedSize3 = 104;
    private const int MaximumBackingName = 1023;
    private const int MinimumClusterBits = 9;
    private const int MaximumClusterBits = 21;
    private const ulong ExternalDataFile = 4; // in the incompatible features
    private const uint BackingFormatExtension = 0xe2792aca;

    /// <summary>The backing file, as named; null if none.</summary>
    public string? Backing => backing;

    /// <summary>The stated format of the backing file; null if not stated.</summary>
    public string? BackingFormat => backingFormat;

    /// <summary>The first bytes of every qcow2 image.</summary>
    public static ReadOnlySpan<byte> Magic => [(byte)'Q', (byte)'F', (byte)'I', 0xfb];

    /// <summary>Reads the header of an image.</summary>
    /// <exception cref="HostException">It cannot be read, is not qcow2, or has its data in another file.</exception>
    public static Qcow2Header Read(string path)
    {
        using Descriptor file = Descriptor.OpenForReading(path, out _);
        byte[] start = new byte[FixedSize3];
        int length = file.Read(start, 0);
        if (length < FixedSize || !start.AsSpan().StartsWith(Magic))
        {
            throw new HostException($"{path} should be a qcow2 image but is not");
        }

        uint bits = Number(start, ClusterBitsOffset);
        if (bits is < MinimumClusterBits or > MaximumClusterBits)
        {
            throw Damaged(path);
        }

        byte[] cluster = new byte[1 << (int)bits]; // the whole header is in the first cluster
        return Parse(cluster.AsSpan(0, file.Read(cluster, 0)), path);
    }

    private static Qcow2Header Parse(ReadOnlySpan<byte> header, string path)
    {
        bool isThird = Number(header, VersionOffset) != 2;
        if (isThird && header.Length < FixedSize3)
        {
            throw Damaged(path);
        }

        if (isThird && (BinaryPrimitives.ReadUInt64BigEndian(header[IncompatibleOffset..]) & ExternalDataFile) != 0)
        {
            throw new HostException($"{path} has its data in a separate file, which Proxmox VE never does: not read");
        }

        ulong at = BinaryPrimitives.ReadUInt64BigEndian(header[BackingOffset..]);
        uint size = Number(header, BackingSizeOffset);
        if (at == 0)
        {
            return new(null, null);
        }

        if (size is 0 or > MaximumBackingName || at > (ulong)header.Length || size > (ulong)header.Length - at)
        {
            throw Damaged(path);
        }

        uint first = isThird ? Number(header, HeaderLengthOffset) : FixedSize;
        string name = Encoding.UTF8.GetString(header.Slice((int)at, (int)size));
        return new(name, Extension(header[..(int)at], first, BackingFormatExtension));
    }

    /// <summary>A header extension as text, or null.</summary>
    private static string? Extension(ReadOnlySpan<byte> header, uint first, uint wanted)
    {
        const int Head = 8;
        for (long at = first; at + Head <= header.Length; )
        {
            (uint type, uint length) = (Number(header, (int)at), Number(header, (int)at + 4));
            at += Head;
            if (type == 0 || length > header.Length - at)
            {
                break;
            }

            if (type == wanted)
            {
                return Encoding.UTF8.GetString(header.Slice((int)at, (int)length));
            }

            at += (length + 7L) & ~7L;
        }

        return null;
    }

    private static uint Number(ReadOnlySpan<byte> header, int offset) =>
        BinaryPrimitives.ReadUInt32BigEndian(header[offset..]);

    private static HostException Damaged(string path) => new($"{path}: the qcow2 header is damaged");
}
