using System.Buffers.Binary;
using LamBoot.Nvram.Layout;

namespace LamBoot.Nvram.Variables;

/// <summary>
/// The state in the fault-tolerant-write working block (<see cref="WorkingBlockHeader"/>; MdeModulePkg/Universal/FaultTolerantWriteDxe). A
/// reclaim writes the compacted store to the spare block, marks that, erases the store, copies the spare block back and marks that too.
/// </summary>
internal readonly record struct FaultTolerantWrite(int SpareOffset, bool IsPending)
{
    /// <summary>The offset up to which a working block is searched for.</summary>
    public const int SearchLimit = FirmwareVolume.MaximumLength;

    // The working block begins at a flash block; 4 KiB is the smallest block size in use.
    public const int BlockSize = 0x1000;

    /// <summary>
    /// Finds the working block after the main store, or anywhere if the main store is damaged. The spare block follows it.
    /// </summary>
    public static bool TryFind(ReadOnlySpan<byte> image, VariableStore main, out FaultTolerantWrite ftw) =>
        TryFind(image, FirstBlockBehind(main), out ftw);

    /// <summary>Finds the working block at or after an offset.</summary>
    public static bool TryFind(ReadOnlySpan<byte> image, int from, out FaultTolerantWrite ftw)
    {
        int end = Math.Min(image.Length, SearchLimit) - WorkingBlockHeader.Size;
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
    /// Where the search begins: after the main store, because a guest could plant the signature in a variable's data inside it.
    /// </summary>
    public static int FirstBlockBehind(VariableStore main) =>
        Math.Max(BlockSize, (main.Offset + main.Size + BlockSize - 1) & -BlockSize);

    private static bool TryReadWorkingBlock(ReadOnlySpan<byte> image, int at, out FaultTolerantWrite ftw)
    {
        ftw = default;
        ReadOnlySpan<byte> block = image[at..];
        if (
            new Guid(block[..EfiGuids.Size]) != EfiGuids.WorkingBlockSignature
            || (block[WorkingBlockHeader.At.Flags] & (WorkingBlockHeader.Valid | WorkingBlockHeader.Invalid))
                != WorkingBlockHeader.Invalid
            || BinaryPrimitives.ReadUInt32LittleEndian(block[WorkingBlockHeader.At.Crc..])
                != Crc32(block[..WorkingBlockHeader.Size])
        )
        {
            return false;
        }

        ulong queueSize = BinaryPrimitives.ReadUInt64LittleEndian(block[WorkingBlockHeader.At.WriteQueueSize..]);
        if (queueSize > (ulong)(block.Length - WorkingBlockHeader.Size))
        {
            return false;
        }

        bool pending = IsWritePending(block.Slice(WorkingBlockHeader.Size, (int)queueSize));
        ftw = new(at + WorkingBlockHeader.Size + (int)queueSize, pending);
        return true;
    }

    /// <summary>The header's CRC-32, computed with the CRC itself, the flags and the reserved bytes as if erased.</summary>
    private static uint Crc32(ReadOnlySpan<byte> header)
    {
        const uint Polynomial = 0xedb88320;
        uint crc = uint.MaxValue;
        for (int i = 0; i < header.Length; i++)
        {
            crc ^= i is >= WorkingBlockHeader.At.Crc and < WorkingBlockHeader.At.WriteQueueSize
                ? (byte)0xff
                : header[i];
            for (int bit = 0; bit < 8; bit++)
            {
                crc = (crc >> 1) ^ ((crc & 1) * Polynomial);
            }
        }

        return ~crc;
    }

    /// <summary>
    /// Whether the queue's first incomplete write has been written to the spare block but not to its destination (FtwGetLastWriteHeader,
    /// FtwGetLastWriteRecord).
    /// </summary>
    private static bool IsWritePending(ReadOnlySpan<byte> queue)
    {
        while (queue.Length >= WriteHeader.Size)
        {
            byte state = queue[0];
            ulong writes = BinaryPrimitives.ReadUInt64LittleEndian(queue[WriteHeader.At.NumberOfWrites..]);
            ulong privateSize = BinaryPrimitives.ReadUInt64LittleEndian(queue[WriteHeader.At.PrivateDataSize..]);
            if ((state & WriteHeader.Complete) != 0)
            {
                return (state & WriteHeader.WritesAllocated) == 0
                    && HasPendingRecord(queue[WriteHeader.Size..], writes, privateSize);
            }

            UInt128 size = WriteHeader.Size + ((UInt128)writes * (WriteRecord.Size + (UInt128)privateSize));
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
        for (; writes > 0 && records.Length >= WriteRecord.Size; writes--)
        {
            if ((records[0] & WriteRecord.DestinationComplete) != 0)
            {
                return (records[0] & WriteRecord.SpareComplete) == 0;
            }

            if (privateSize > (ulong)(records.Length - WriteRecord.Size))
            {
                return false;
            }

            records = records[(WriteRecord.Size + (int)privateSize)..];
        }

        return false;
    }
}
