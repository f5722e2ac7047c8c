using System.Buffers.Binary;
using System.Text;
using LamBoot.Nvram.Layout;

namespace LamBoot.Testing.Stores;

/// <summary>Writes variable stores as edk2 does, and in ways that it never would.</summary>
public sealed class StoreWriter
{
    private const int FvHeaderLength = 72;
    private const int StoreHeaderSize = 28;

    private readonly bool _authenticated;

    public StoreWriter(bool authenticated = true, int storeSize = 0x3ffb8, int imageSize = 0x84000)
    {
        _authenticated = authenticated;
        Image = new byte[imageSize];
        Image.AsSpan().Fill(0xff);
        WriteVolumeHeader();
        Span<byte> store = Image.AsSpan(FvHeaderLength);
        (authenticated ? EfiGuids.AuthenticatedVariable : EfiGuids.Variable).TryWriteBytes(store);
        BinaryPrimitives.WriteInt32LittleEndian(store[16..], storeSize);
        store[20] = 0x5a;
        store[21] = 0xfe;
        store[22..StoreHeaderSize].Clear();
        End = FvHeaderLength + StoreHeaderSize;
    }

    /// <summary>The image; may be changed freely.</summary>
    public byte[] Image { get; }

    /// <summary>The offset of the next entry.</summary>
    public int End { get; private set; }

    /// <summary>Appends an entry.</summary>
    /// <returns>Its offset in the image.</returns>
    public int Add(string name, byte[] data, byte state = VariableState.Added, Guid? vendor = null)
    {
        byte[] nameBytes = Encoding.Unicode.GetBytes(name + "\0");
        int sizes = _authenticated ? 36 : 8;
        int at = End;
        Span<byte> header = Image.AsSpan(at, sizes + 24);
        header.Clear();
        BinaryPrimitives.WriteUInt16LittleEndian(header, 0x55aa);
        header[2] = state;
        BinaryPrimitives.WriteInt32LittleEndian(header[4..], 7);
        BinaryPrimitives.WriteInt32LittleEndian(header[sizes..], nameBytes.Length);
        BinaryPrimitives.WriteInt32LittleEndian(header[(sizes + 4)..], data.Length);
        (vendor ?? EfiGuids.LamBoot).TryWriteBytes(header[(sizes + 8)..]);
        nameBytes.CopyTo(Image.AsSpan(at + header.Length));
        data.CopyTo(Image.AsSpan(at + header.Length + nameBytes.Length));
        End = (at + header.Length + nameBytes.Length + data.Length - FvHeaderLength + 3) / 4 * 4 + FvHeaderLength;
        return at;
    }

    /// <summary>Writes the header of the firmware volume, including its checksum.</summary>
    public void WriteVolumeHeader(ulong? length = null)
    {
        Span<byte> header = Image.AsSpan(0, FvHeaderLength);
        header.Clear();
        EfiGuids.SystemNvDataFv.TryWriteBytes(header[16..]);
        BinaryPrimitives.WriteUInt64LittleEndian(header[32..], length ?? (ulong)Image.Length);
        "_FVH"u8.CopyTo(header[40..]);
        BinaryPrimitives.WriteUInt32LittleEndian(header[44..], 0x4feff);
        BinaryPrimitives.WriteUInt16LittleEndian(header[48..], FvHeaderLength);
        header[55] = 2;
        BinaryPrimitives.WriteInt32LittleEndian(header[56..], Image.Length / 0x1000);
        BinaryPrimitives.WriteInt32LittleEndian(header[60..], 0x1000);
        int sum = 0;
        for (int i = 0; i < FvHeaderLength; i += 2)
        {
            sum += BinaryPrimitives.ReadUInt16LittleEndian(header[i..]);
        }

        BinaryPrimitives.WriteUInt16LittleEndian(header[50..], (ushort)-sum);
    }
}
