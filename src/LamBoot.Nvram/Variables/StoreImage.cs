using LamBoot.Nvram.Layout;

namespace LamBoot.Nvram.Variables;

/// <summary>Reads bytes of an image.</summary>
/// <param name="offset">Where, in bytes.</param>
/// <param name="buffer">Where to.</param>
/// <returns>How many were read: fewer than the buffer holds only at the image's end.</returns>
public delegate int ReadAt(long offset, Span<byte> buffer);

/// <summary>
/// As much of an image as <see cref="VariableStore.TryOpen"/> looks at: mostly the beginning alone.
/// </summary>
/// <param name="Bytes">The image's first bytes.</param>
/// <param name="Size">The size of the whole image in bytes.</param>
public readonly record struct StoreImage(byte[] Bytes, long Size)
{
    // The list of an OVMF VM is 16 to 40 KB long, longer where much was written: mostly one read fetches it.
    private const int FirstRead = 32 << 10;

    // Behind the store come an event log, in some layouts, and the working block: a block each.
    private const int WorkingBlockRead = 2 * FaultTolerantWrite.BlockSize;

    /// <summary>
    /// Reads an image from the start: the header, the list until it ends, and the working block. The rest is read only
    /// where a reclaim is pending, or where the beginning is not that of a store.
    /// </summary>
    /// <param name="size">The size of the whole image in bytes.</param>
    /// <param name="read">Reads from it.</param>
    public static StoreImage Read(long size, ReadAt read)
    {
        byte[] start = GC.AllocateUninitializedArray<byte>((int)Math.Min(size, FirstRead));
        int have = read(0, start);
        int length = FirmwareVolume.TryRead(start.AsSpan(0, have), out FirmwareVolume volume, out _)
            ? volume.Length
            : FaultTolerantWrite.SearchLimit;
        Filler filler = new(start, have, (int)Math.Min(size, length), size, read);
        while (!filler.HasList() && filler.Grow()) { }
        if (!filler.HasWorkingBlock())
        {
            while (filler.Grow()) { }
        }

        return new(filler.Filled, filler.IsCutOff ? filler.Filled.Length : size);
    }

    /// <summary>The image's bytes as they fill up.</summary>
    /// <param name="bytes">The first.</param>
    /// <param name="have">How many of them are read.</param>
    /// <param name="wanted">How many there are to be at most.</param>
    /// <param name="size">The size of the whole image.</param>
    /// <param name="read">Reads from it.</param>
    private sealed class Filler(byte[] bytes, int have, int wanted, long size, ReadAt read)
    {
        private byte[] _bytes = bytes;
        private int _have = Math.Min(have, wanted);

        /// <summary>Whether the image ended before its size said.</summary>
        public bool IsCutOff { get; private set; } = have < bytes.Length;

        /// <summary>The bytes that are read.</summary>
        public byte[] Filled => _have == _bytes.Length ? _bytes : _bytes[.._have];

        /// <summary>Reads as much again as there is.</summary>
        /// <returns>Whether there was more.</returns>
        public bool Grow()
        {
            int next = Math.Min(wanted, Math.Max(2 * _have, FirstRead));
            if (IsCutOff || next == _have)
            {
                return false;
            }

            Array.Resize(ref _bytes, next);
            _have += read(_have, _bytes.AsSpan(_have));
            IsCutOff = _have < next;
            return true;
        }

        /// <summary>
        /// Whether the list ends within what was read. A store that cannot be opened has to be read whole.
        /// </summary>
        public bool HasList()
        {
            if (!TryOpen(out VariableStore store))
            {
                return false;
            }

            VariableEntries entries = store.Entries;
            while (entries.MoveNext()) { }
            return !entries.Overruns && store.Offset + entries.End + sizeof(ushort) <= _have;
        }

        /// <summary>Whether the working block is where it usually is, and no reclaim is pending.</summary>
        public bool HasWorkingBlock()
        {
            if (IsCutOff || !TryOpen(out VariableStore store))
            {
                return false;
            }

            int start = FaultTolerantWrite.FirstBlockBehind(store);
            int end = Math.Min(start + WorkingBlockRead, wanted);
            if (start >= end)
            {
                return false;
            }

            Span<byte> blocks = stackalloc byte[WorkingBlockRead];
            int got = read(start, blocks[..(end - start)]);
            return FaultTolerantWrite.TryFind(blocks[..got], 0, out FaultTolerantWrite ftw) && !ftw.IsPending;
        }

        private bool TryOpen(out VariableStore store) =>
            VariableStore.TryOpenVolume(_bytes.AsSpan(0, _have), size, out store, out _);
    }
}
