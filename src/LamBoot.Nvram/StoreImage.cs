namespace LamBoot.Nvram;

/// <summary>Reads bytes of an image.</summary>
/// <param name="offset">Where, in bytes.</param>
/// <param name="buffer">Where to.</param>
/// <returns>How many were read: fewer than the buffer holds only at the image's end.</returns>
public delegate int ReadAt(long offset, Span<byte> buffer);

/// <summary>
/// As much of an image as <see cref="VariableStore.TryOpen"/> looks at. What it does not look at may be missing, or zeros
/// that were not read.
/// </summary>
/// <param name="Bytes">The image's first bytes.</param>
/// <param name="Size">The size of the whole image in bytes.</param>
public readonly record struct StoreImage(byte[] Bytes, long Size)
{
    // The list of an OVMF VM is 16 to 40 KB long; one read fetches it.
    private const int FirstRead = 64 << 10;

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
        byte[] start = new byte[(int)Math.Min(size, FirstRead)];
        int have = read(0, start);
        start = start[..have];
        int length = FirmwareVolume.TryRead(start, out FirmwareVolume volume, out _)
            ? volume.Length
            : FaultTolerantWrite.SearchLimit;
        byte[] bytes = new byte[(int)Math.Min(size, length)];
        start.AsSpan(0, Math.Min(have, bytes.Length)).CopyTo(bytes);
        Filler filler = new(bytes, Math.Min(have, bytes.Length), read);
        while (!filler.HasList() && filler.Grow()) { }
        if (!filler.HasWorkingBlock())
        {
            while (filler.Grow()) { }
        }

        return new(filler.Filled, filler.IsCutOff ? filler.Filled.Length : size);
    }

    /// <summary>The image's bytes as they fill up.</summary>
    private sealed class Filler(byte[] bytes, int have, ReadAt read)
    {
        private int _have = have;

        /// <summary>Whether the image ended before its size said.</summary>
        public bool IsCutOff { get; private set; }

        /// <summary>The bytes; as many as there are where the image is cut off.</summary>
        public byte[] Filled => IsCutOff ? bytes[.._have] : bytes;

        /// <summary>Reads as much again as there is.</summary>
        /// <returns>Whether there was more.</returns>
        public bool Grow()
        {
            int wanted = Math.Min(bytes.Length, Math.Max(2 * _have, FirstRead));
            if (IsCutOff || wanted == _have)
            {
                return false;
            }

            _have += read(_have, bytes.AsSpan(_have, wanted - _have));
            IsCutOff = _have < wanted;
            return true;
        }

        /// <summary>
        /// Whether the list ends within what was read. Beyond it are zeros, which end the list too, but too late. A store
        /// that cannot be opened has to be read whole.
        /// </summary>
        public bool HasList()
        {
            if (!VariableStore.TryOpenVolume(bytes, out VariableStore store, out _))
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
            if (IsCutOff || !VariableStore.TryOpenVolume(bytes, out VariableStore store, out _))
            {
                return false;
            }

            int start = FaultTolerantWrite.FirstBlockBehind(store);
            int end = Math.Min(start + WorkingBlockRead, bytes.Length);
            if (start >= end)
            {
                return false;
            }

            int got = read(start, bytes.AsSpan(start, end - start));
            return FaultTolerantWrite.TryFind(bytes.AsSpan(0, start + got), store, out FaultTolerantWrite ftw)
                && !ftw.IsPending;
        }
    }
}
