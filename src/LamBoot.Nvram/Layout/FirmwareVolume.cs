using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using LamBoot.Nvram.Variables;

namespace LamBoot.Nvram.Layout;

/// <summary>
/// EFI_FIRMWARE_VOLUME_HEADER of the volume with non-volatile data (MdePkg/Include/Pi/PiFirmwareVolume.h; PI specification, volume 3). An
/// OVMF_VARS image begins with one, and so does the spare block.
/// </summary>
public readonly record struct FirmwareVolume
{
    /// <summary>The minimum size of a header: the fixed part and a block map with one run and its terminator.</summary>
    public const int MinimumHeaderSize = At.BlockMap + (2 * BlockMapEntrySize);

    /// <summary>
    /// No firmware has a larger variable volume: edk2's own are 128 KiB to 768 KiB, and a firmware rejects any with a length other than its
    /// own. A guest that writes its flash directly can claim more; the limit bounds the cost of that.
    /// </summary>
    public const int MaximumLength = 1 << 20;

    // NumBlocks and Length of a run.
    private const int BlockMapEntrySize = sizeof(uint) + sizeof(uint);

    private static ReadOnlySpan<byte> Signature => "_FVH"u8;

    private FirmwareVolume(int length, int headerLength) => (Length, HeaderLength) = (length, headerLength);

    /// <summary>FvLength: the size of the volume in bytes, including its header, store, working block and spare block.</summary>
    public int Length { get; }

    /// <summary>HeaderLength: the offset of the variable store in the volume, in bytes.</summary>
    public int HeaderLength { get; }

    /// <summary>Reads the header at the start of <paramref name="bytes"/>, which need not hold the entire volume.</summary>
    /// <param name="bytes">The volume's first bytes.</param>
    /// <param name="volume">The volume, if the header is valid.</param>
    /// <param name="error">What is wrong, if it is not.</param>
    /// <returns>Whether the header is valid: signature, file system, lengths and checksum.</returns>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out FirmwareVolume volume, out NvramError error)
    {
        volume = default;
        if (bytes.Length < MinimumHeaderSize)
        {
            error = new(NvramFault.Corrupt, bytes.Length, "the image ends inside the firmware volume's header");
            return false;
        }

        if (!bytes.Slice(At.Signature, Signature.Length).SequenceEqual(Signature))
        {
            error = WithoutSignature(bytes);
            return false;
        }

        if (new Guid(bytes.Slice(At.FileSystemGuid, EfiGuids.Size)) != EfiGuids.SystemNvDataFv)
        {
            error = new(NvramFault.UnknownFormat, At.FileSystemGuid, "a firmware volume of another kind than NV data");
            return false;
        }

        return TryReadLengths(bytes, out volume, out error);
    }

    private static bool TryReadLengths(ReadOnlySpan<byte> bytes, out FirmwareVolume volume, out NvramError error)
    {
        volume = default;
        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(bytes[At.FvLength..]);
        int headerLength = BinaryPrimitives.ReadUInt16LittleEndian(bytes[At.HeaderLength..]);
        if (headerLength < MinimumHeaderSize || headerLength % 4 != 0 || headerLength > bytes.Length)
        {
            error = new(NvramFault.Corrupt, At.HeaderLength, "the firmware volume's HeaderLength is impossible");
            return false;
        }

        if (length > MaximumLength)
        {
            error = new(
                NvramFault.UnknownFormat,
                At.FvLength,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"the firmware volume claims {length} bytes, but firmware makes {MaximumLength} at most"
                )
            );
            return false;
        }

        if (length < (ulong)headerLength + VariableStoreHeader.Size)
        {
            error = new(NvramFault.Corrupt, At.FvLength, "the firmware volume's FvLength is impossible");
            return false;
        }

        if (Sum16(bytes[..headerLength]) != 0)
        {
            error = new(NvramFault.Corrupt, 0, "the firmware volume header's checksum is wrong");
            return false;
        }

        volume = new((int)length, headerLength);
        error = default;
        return true;
    }

    /// <summary>Describes what is in place of a header: erased flash, a partially written header, or something else.</summary>
    private static NvramError WithoutSignature(ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<byte> written = bytes[..MinimumHeaderSize].TrimEnd((byte)0xff);
        if (written.IsEmpty)
        {
            return new(NvramFault.Erased, 0, "the firmware volume's header is erased (all 0xff)");
        }

        if (!bytes.ContainsAnyExcept((byte)0))
        {
            return new(NvramFault.Erased, 0, "the image is all zeros: no firmware has written a store to it");
        }

        return IsBeginningOfHeader(written[..Math.Min(written.Length, At.FvLength)])
            ? new(NvramFault.Corrupt, written.Length, "the firmware volume's header is cut off")
            : new(NvramFault.UnknownFormat, 0, "no firmware volume (_FVH) begins here");
    }

    /// <summary>Whether bytes match the ZeroVector and FileSystemGuid of our volumes, as far as they go.</summary>
    private static bool IsBeginningOfHeader(ReadOnlySpan<byte> bytes)
    {
        Span<byte> expected = stackalloc byte[At.FvLength];
        expected.Clear();
        return EfiGuids.SystemNvDataFv.TryWriteBytes(expected[At.FileSystemGuid..])
            && bytes.SequenceEqual(expected[..bytes.Length]);
    }

    private static ushort Sum16(ReadOnlySpan<byte> bytes)
    {
        ushort sum = 0;
        foreach (ushort word in MemoryMarshal.Cast<byte, ushort>(bytes))
        {
            sum += BitConverter.IsLittleEndian ? word : BinaryPrimitives.ReverseEndianness(word);
        }

        return sum;
    }

    /// <summary>The offset of each field, in bytes; ZeroVector is the first.</summary>
    private static class At
    {
        public const int FileSystemGuid = Length.ZeroVector;
        public const int FvLength = FileSystemGuid + EfiGuids.Size;
        public const int Signature = FvLength + Length.FvLength;
        public const int Attributes = Signature + Length.Signature;
        public const int HeaderLength = Attributes + Length.Attributes;
        public const int Checksum = HeaderLength + Length.HeaderLength;
        public const int ExtHeaderOffset = Checksum + Length.Checksum;
        public const int Reserved = ExtHeaderOffset + Length.ExtHeaderOffset;
        public const int Revision = Reserved + Length.Reserved;
        public const int BlockMap = Revision + Length.Revision;

        private static class Length
        {
            public const int ZeroVector = 16;
            public const int FvLength = sizeof(ulong);
            public const int Signature = sizeof(uint);
            public const int Attributes = sizeof(uint);
            public const int HeaderLength = sizeof(ushort);
            public const int Checksum = sizeof(ushort);
            public const int ExtHeaderOffset = sizeof(ushort);
            public const int Reserved = 1;
            public const int Revision = 1;
        }
    }
}
