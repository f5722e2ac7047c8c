using System.Buffers.Binary;

namespace LamBoot.Nvram.Stress;

/// <summary>Images of 64 MiB that were made to be slow, in ways that chance does not find.</summary>
internal static class HostileImages
{
    private const int Size = 64 << 20;
    private const int HeaderLength = 72;
    private const int StoreHeaderSize = 28;

    /// <summary>A million variables in deleted transition, each of a name of its own: each could have an added copy.</summary>
    public static byte[] InTransition => Build(VariableState.InDeletedTransition, uniqueNames: true);

    /// <summary>A million copies of one variable in deleted transition.</summary>
    public static byte[] OneInTransition => Build(VariableState.InDeletedTransition, uniqueNames: false);

    /// <summary>A million added variables.</summary>
    public static byte[] Added => Build(VariableState.Added, uniqueNames: true);

    /// <summary>Two million headers whose write was cut off.</summary>
    public static byte[] Incomplete => Build(VariableState.HeaderIncomplete, uniqueNames: false);

    private static byte[] Build(byte state, bool uniqueNames)
    {
        byte[] image = new byte[Size];
        WriteHeaders(image);
        const int EntrySize = 32 + 12;
        int number = 0;
        for (int at = HeaderLength + StoreHeaderSize; at + EntrySize < Size; at += state == 0xff ? 32 : EntrySize)
        {
            Span<byte> entry = image.AsSpan(at);
            entry[0] = 0xaa;
            entry[1] = 0x55;
            entry[2] = state;
            entry[8] = 10; // NameSize
            entry[12] = 2; // DataSize
            EfiGuids.LamBoot.TryWriteBytes(entry[16..]);
            BinaryPrimitives.WriteInt64LittleEndian(entry[32..], uniqueNames ? number++ : 1);
        }

        return image;
    }

    private static void WriteHeaders(Span<byte> image)
    {
        EfiGuids.SystemNvDataFv.TryWriteBytes(image[16..]);
        BinaryPrimitives.WriteInt64LittleEndian(image[32..], Size);
        "_FVH"u8.CopyTo(image[40..]);
        image[48] = HeaderLength;
        Seal(image);
        Span<byte> store = image[HeaderLength..];
        EfiGuids.Variable.TryWriteBytes(store);
        BinaryPrimitives.WriteInt32LittleEndian(store[16..], Size - HeaderLength);
        store[20] = 0x5a;
        store[21] = 0xfe;
    }

    /// <summary>Makes the checksum of a volume's header right.</summary>
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
