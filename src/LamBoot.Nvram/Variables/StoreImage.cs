using LamBoot.Nvram.Layout;

namespace LamBoot.Nvram.Variables;

/// <summary>Reads bytes of an image.</summary>
/// <param name="offset">The offset, in bytes.</param>
/// <param name="buffer">The buffer to fill.</param>
/// <returns>The number of bytes read: less than the buffer only at the end of the image.</returns>
public delegate int ReadAt(long offset, Span<byte> buffer);

/// <summary>As much of an image as <see cref="VariableStore.TryOpen"/> needs: usually only the beginning.</summary>
/// <param name="Bytes">The image's first bytes.</param>
/// <param name="Size">The size of the whole image in bytes.</param>
public readonly record struct StoreImage(byte[] Bytes, long Size)
{
    // The list of an OVMF VM is 16 to 40 KB long. Reading the whole volume takes 60 us and 530 KiB, this takes 19 us and 65 KiB.
    private const int FirstRead = 64 << 10;

    // After the store come an event log (in some layouts) and the working block, one block each.
    private const int WorkingBlockRead = 2 * FaultTolerantWrite.BlockSize;

    /// <summary>
    /// Reads the beginning of an image and the working block; the rest of the volume only if the list continues there, a reclaim is
    /// pending, or the beginning is not that of a store.
    /// </summary>
    /// <param name="size">The size of the whole image in bytes.</param>
    /// <param name="read">Reads from it.</param>
    public static StoreImage Read(long size, ReadAt read)
    {
        byte[] start = ReadTo(Math.Min(size, FirstRead), read, []);
        if (IsEnough(start, size, read) || start.Length < Math.Min(size, FirstRead))
        {
            return Of(start, FirstRead, size);
        }

        int length = FirmwareVolume.TryRead(start, out FirmwareVolume volume, out _)
            ? volume.Length
            : FaultTolerantWrite.SearchLimit;
        return Of(ReadTo(Math.Min(size, length), read, start), length, size);
    }

    /// <summary>The bytes up to a length, some of which have been read; fewer if the image ends sooner.</summary>
    private static byte[] ReadTo(long length, ReadAt read, byte[] have)
    {
        byte[] bytes = GC.AllocateUninitializedArray<byte>((int)Math.Max(length, have.Length));
        have.CopyTo(bytes, 0);
        int count = have.Length + read(have.Length, bytes.AsSpan(have.Length));
        return count == bytes.Length ? bytes : bytes.AsSpan(0, count).ToArray();
    }

    /// <summary>An image that turned out shorter than its stated size is as long as what was read.</summary>
    private static StoreImage Of(byte[] bytes, int wanted, long size) =>
        new(bytes, bytes.Length < Math.Min(size, wanted) ? bytes.Length : size);

    /// <summary>Whether the list ends within the bytes, and the working block is in its usual place with no reclaim pending.</summary>
    private static bool IsEnough(byte[] start, long size, ReadAt read)
    {
        if (
            !VariableStore.TryOpenVolume(start, size, out VariableStore store, out _)
            || !HasWholeList(store, start.Length)
        )
        {
            return false;
        }

        int at = FaultTolerantWrite.FirstBlockBehind(store);
        Span<byte> blocks = stackalloc byte[WorkingBlockRead];
        blocks = blocks[..Math.Clamp(store.Volume.Length - at, 0, WorkingBlockRead)];
        return FaultTolerantWrite.TryFind(blocks[..read(at, blocks)], 0, out FaultTolerantWrite ftw) && !ftw.IsPending;
    }

    private static bool HasWholeList(VariableStore store, int have)
    {
        VariableEntries entries = store.Entries;
        while (entries.MoveNext()) { }
        return !entries.Overruns && store.Offset + entries.End + sizeof(ushort) <= have;
    }
}
