using System.Buffers.Binary;
using LamBoot.Nvram.Layout;

namespace LamBoot.Nvram.Stress;

/// <summary>Images designed to be slow, or to use up memory, in ways that random damage does not find.</summary>
internal static class HostileImages
{
    private const int Aarch64Size = 64 << 20;
    private const int HeaderLength = 72;
    private const int StoreHeaderSize = 28;
    private const int EntryHeaderSize = 32;

    /// <summary>All images: lists, and stores full of crash records or boot entries.</summary>
    public static IEnumerable<(string Name, byte[] Image)> All =>
        Lists.Concat(HostileCrashes.All).Concat(HostileEntries.All);

    /// <summary>
    /// The images with their names: as large as a store may be, and the 64 MiB of an aarch64 image, whether or not the store claims all of it.
    /// </summary>
    private static IEnumerable<(string Name, byte[] Image)> Lists =>
        from size in new (int Image, int Volume)[]
        {
            (FirmwareVolume.MaximumLength, FirmwareVolume.MaximumLength),
            (Aarch64Size, 0xc0000),
            (Aarch64Size, Aarch64Size),
        }
        from entries in new (string Name, byte State, Kind Kind)[]
        {
            ("in transition", VariableState.InDeletedTransition, Kind.Names), // each could have an added copy
            ("one in transition", VariableState.InDeletedTransition, Kind.Same),
            ("equal halves", VariableState.InDeletedTransition, Kind.EqualHalves),
            ("odd names", VariableState.InDeletedTransition, Kind.OddNames),
            ("added", VariableState.Added, Kind.Names),
            ("nearly nothing", VariableState.Added, Kind.OddNames),
            ("cut off", VariableState.HeaderIncomplete, Kind.Same), // headers whose write was cut off
        }
        select (
            $"{entries.Name}, {size.Volume >> 10} of {size.Image >> 10} KiB",
            Build(size.Image, size.Volume, entries.State, entries.Kind)
        );

    /// <summary>The worst case for a reader of live variables.</summary>
    public static byte[] InTransition =>
        Build(
            FirmwareVolume.MaximumLength,
            FirmwareVolume.MaximumLength,
            VariableState.InDeletedTransition,
            Kind.Names
        );

    private enum Kind
    {
        Same,
        Names,
        EqualHalves,
        OddNames,
    }

    private static byte[] Build(int imageSize, int volumeSize, byte state, Kind kind)
    {
        byte[] image = new byte[imageSize];
        WriteHeaders(image, volumeSize);
        (int name, int data) = kind switch
        {
            Kind.EqualHalves => (2, 0),
            Kind.OddNames => (3, 0),
            _ => (10, 2),
        };
        int size = state == VariableState.HeaderIncomplete ? EntryHeaderSize : (EntryHeaderSize + name + data + 3) & ~3;
        int number = 1;
        for (int at = HeaderLength + StoreHeaderSize; at + size < volumeSize; at += size, number++)
        {
            Span<byte> entry = image.AsSpan(at);
            entry[0] = 0xaa;
            entry[1] = 0x55;
            entry[2] = state;
            entry[8] = (byte)name;
            entry[12] = (byte)data;
            EfiGuids.LamBoot.TryWriteBytes(entry[16..]);
            Span<byte> bytes = entry[EntryHeaderSize..];
            switch (kind)
            {
                case Kind.Names:
                    BinaryPrimitives.WriteInt64LittleEndian(bytes, number);
                    break;
                case Kind.OddNames: // they also differ in an incomplete character
                    bytes[0] = (byte)(number >> 16);
                    bytes[1] = (byte)(number >> 8);
                    bytes[2] = (byte)number;
                    break;
                case Kind.EqualHalves:
                    BinaryPrimitives.WriteInt64LittleEndian(entry[16..], number);
                    BinaryPrimitives.WriteInt64LittleEndian(entry[24..], number);
                    break;
                default:
                    bytes[0] = 1;
                    break;
            }
        }

        return image;
    }

    private static void WriteHeaders(Span<byte> image, int volumeSize)
    {
        EfiGuids.SystemNvDataFv.TryWriteBytes(image[16..]);
        BinaryPrimitives.WriteInt64LittleEndian(image[32..], volumeSize);
        "_FVH"u8.CopyTo(image[40..]);
        image[48] = HeaderLength;
        Seal(image);
        Span<byte> store = image[HeaderLength..];
        EfiGuids.Variable.TryWriteBytes(store);
        BinaryPrimitives.WriteInt32LittleEndian(store[16..], volumeSize - HeaderLength);
        store[20] = 0x5a;
        store[21] = 0xfe;
    }

    /// <summary>Corrects the checksum of a volume's header.</summary>
    public static void Seal(Span<byte> image)
    {
        int length = BinaryPrimitives.ReadUInt16LittleEndian(image[48..]);
        if (length > image.Length || length < HeaderLength)
        {
            return;
        }

        image[50..52].Clear();
        int sum = 0;
        for (int i = 0; i + 1 < length; i += 2)
        {
            sum += BinaryPrimitives.ReadUInt16LittleEndian(image[i..]);
        }

        BinaryPrimitives.WriteUInt16LittleEndian(image[50..], (ushort)-sum);
    }
}
