using System.Buffers.Binary;
using LamBoot.Nvram.Variables;

namespace LamBoot.Nvram.Layout;

/// <summary>
/// What the fault-tolerant-write working block says (EFI_FAULT_TOLERANT_WORKING_BLOCK_HEADER,
/// MdeModulePkg/Include/Guid/SystemNvDataGuid.h; EFI_FAULT_TOLERANT_WRITE_HEADER and _RECORD,
/// MdeModulePkg/Universal/FaultTolerantWriteDxe/FaultTolerantWrite.h). A reclaim writes the compacted store to the spare
/// block, marks that, erases the store, copies the spare back and marks that too.
/// </summary>
internal readonly record struct FaultTolerantWrite(int SpareOffset, bool IsPending)
{
    /// <summary>Beyond it no working block is looked for.</summary>
    public const int SearchLimit = FirmwareVolume.MaximumLength;

    // The working block begins on a block of the flash; 4 KiB is the smallest in use.
    public const int BlockSize = 0x1000;

    private const int WorkingBlockHeaderSize = 32;
    private const int CrcOffset = 16;
    private const int FlagsOffset = 20;
    private const int WriteQueueSizeOffset = 24;
    private const int WriteHeaderSize = 40;
    private const int WriteRecordSize = 40;

    // Bits are cleared to be set, as flash allows.
    private const byte WorkingBlockValid = 0x01;
    private const byte WorkingBlockInvalid = 0x02;
    private const byte WritesAllocated = 0x02;
    private const byte Complete = 0x04;
    private const byte SpareComplete = 0x02;
    private const byte DestinationComplete = 0x04;

    /// <summary>
    /// Finds the working block behind the main store, or anywhere where that is damaged. The spare block follows it.
    /// </summary>
    public static bool TryFind(ReadOnlySpan<byte> image, VariableStore main, out FaultTolerantWrite ftw) =>
        TryFind(image, FirstBlockBehind(main), out ftw);

    /// <summary>Finds the working block from an offset on.</summary>
    public static bool TryFind(ReadOnlySpan<byte> image, int from, out FaultTolerantWrite ftw)
    {
        int end = Math.Min(image.Length, SearchLimit) - WorkingBlockHeaderSize;
        for (int at = from; at <= end; at += BlockSize)
        {
            if (TryReadWorkingBlock(image, at, out ftw))
            {
                return true;
            }
        }

        ftw = default;
        return false;
    }

    /// <summary>
    /// Where the search begins: behind the main store, since inside it a guest could plant the signature in a variable's data.
    /// </summary>
    public static int FirstBlockBehind(VariableStore main) =>
        Math.Max(BlockSize, (main.Offset + main.Size + BlockSize - 1) & -BlockSize);

    private static bool TryReadWorkingBlock(ReadOnlySpan<byte> image, int at, out FaultTolerantWrite ftw)
    {
        ftw = default;
        ReadOnlySpan<byte> block = image[at..];
        if (
            new Guid(block[..16]) != EfiGuids.WorkingBlockSignature
            || (block[FlagsOffset] & (WorkingBlockValid | WorkingBlockInvalid)) != WorkingBlockInvalid
            || BinaryPrimitives.ReadUInt32LittleEndian(block[CrcOffset..]) != Crc32(block[..WorkingBlockHeaderSize])
        )
        {
            return false;
        }

        ulong queueSize = BinaryPrimitives.ReadUInt64LittleEndian(block[WriteQueueSizeOffset..]);
        if (queueSize > (ulong)(block.Length - WorkingBlockHeaderSize))
        {
            return false;
        }

        bool pending = IsWritePending(block.Slice(WorkingBlockHeaderSize, (int)queueSize));
        ftw = new(at + WorkingBlockHeaderSize + (int)queueSize, pending);
        return true;
    }

    /// <summary>The header's CRC-32, of which the CRC itself, the flags and the reserved bytes count as erased.</summary>
    private static uint Crc32(ReadOnlySpan<byte> header)
    {
        const uint Polynomial = 0xedb88320;
        uint crc = uint.MaxValue;
        for (int i = 0; i < header.Length; i++)
        {
            crc ^= i is >= CrcOffset and < WriteQueueSizeOffset ? (byte)0xff : header[i];
            for (int bit = 0; bit < 8; bit++)
            {
                crc = (crc >> 1) ^ ((crc & 1) * Polynomial);
            }
        }

        return ~crc;
    }

    /// <summary>
    /// Whether the queue's first write that is not complete has its spare written and its destination not
    /// (FtwGetLastWriteHeader, FtwGetLastWriteRecord).
    /// </summary>
    private static bool IsWritePending(ReadOnlySpan<byte> queue)
    {
        while (queue.Length >= WriteHeaderSize)
        {
            byte state = queue[0];
            ulong writes = BinaryPrimitives.ReadUInt64LittleEndian(queue[24..]);
            ulong privateSize = BinaryPrimitives.ReadUInt64LittleEndian(queue[32..]);
            if ((state & Complete) != 0)
            {
                return (state & WritesAllocated) == 0
                    && HasPendingRecord(queue[WriteHeaderSize..], writes, privateSize);
            }

            UInt128 size = WriteHeaderSize + ((UInt128)writes * (WriteRecordSize + (UInt128)privateSize));
            if (size > (ulong)queue.Length)
            {
                return false;
            }

            queue = queue[(int)size..];
        }

        return false;
    }

    private static bool HasPendingRecord(ReadOnlySpan<byte> records, ulong writes, ulong privateSize)
    {
        for (; writes > 0 && records.Length >= WriteRecordSize; writes--)
        {
            if ((records[0] & DestinationComplete) != 0)
            {
                return (records[0] & SpareComplete) == 0;
            }

            if (privateSize > (ulong)(records.Length - WriteRecordSize))
            {
                return false;
            }

            records = records[(WriteRecordSize + (int)privateSize)..];
        }

        return false;
    }
}
