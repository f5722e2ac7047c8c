using System.Buffers.Binary;
using LamBoot.Nvram.Layout;

namespace LamBoot.Nvram.Variables;

public readonly ref partial struct VariableStore
{
    /// <summary>
    /// Opens the store of an image: the main store or, if that was damaged in the middle of a reclaim, the one in the spare block, like the
    /// firmware.
    /// </summary>
    /// <param name="image">The image, or as much of it as <see cref="StoreImage.Read"/> reads.</param>
    /// <param name="imageSize">The size of the whole image in bytes.</param>
    /// <param name="store">The store, if there is one.</param>
    /// <param name="error">What is wrong, if there is none.</param>
    public static bool TryOpen(ReadOnlySpan<byte> image, long imageSize, out VariableStore store, out NvramError error)
    {
        store = default;
        bool hasVolume = FirmwareVolume.TryRead(image, out FirmwareVolume volume, out error);
        if (hasVolume && volume.Length > imageSize)
        {
            // QEMU rejects such an image, whatever its spare block holds.
            error = new(NvramFault.Corrupt, image.Length, "the image ends inside the firmware volume");
            return false;
        }

        // What comes after the volume is not part of it.
        image = image[..Math.Min(image.Length, hasVolume ? volume.Length : FaultTolerantWrite.SearchLimit)];
        bool whole = TryOpenVolume(image, imageSize, out store, out error);
        bool hasSpare = FaultTolerantWrite.TryFind(image, store, out FaultTolerantWrite ftw);
        VariableStore spare = default;
        hasSpare = hasSpare && TrySpare(image, ftw.SpareOffset, out spare);
        if (hasSpare && ftw.IsPending && (!whole || store.HasDirtyTail))
        {
            store = spare with { Offset = ftw.SpareOffset + spare.Offset, IsSpare = true, IsReclaimPending = true };
            error = default;
            return true;
        }

        if (whole)
        {
            store = store with { IsReclaimPending = ftw.IsPending };
            return true;
        }

        if (hasSpare)
        {
            error = error with { Detail = error.Detail + "; the spare block holds an older store" };
        }

        // The firmware formats a fresh aarch64 image at its first start; nothing is wrong with it.
        store = default;
        return imageSize == Aarch64ImageSize && !image.ContainsAnyExcept((byte)0);
    }

    private bool HasDirtyTail => _store[ListEnd..].ContainsAnyExcept((byte)0xff);

    /// <summary>Opens the volume at the start of the bytes, whatever its working block says.</summary>
    /// <param name="image">The bytes, from the volume's first on; the end may be missing.</param>
    /// <param name="size">The full size, in bytes.</param>
    /// <param name="store">The store, if there is one.</param>
    /// <param name="error">What is wrong, if there is none.</param>
    internal static bool TryOpenVolume(
        ReadOnlySpan<byte> image,
        long size,
        out VariableStore store,
        out NvramError error
    )
    {
        store = default;
        if (!FirmwareVolume.TryRead(image, out FirmwareVolume volume, out error))
        {
            return false;
        }

        ReadOnlySpan<byte> bytes = image[volume.HeaderLength..];
        if (bytes.Length < VariableStoreHeader.Size)
        {
            error = new(NvramFault.Corrupt, image.Length, "the image ends inside the variable store's header");
            return false;
        }

        return TryOpenStore(bytes, size - volume.HeaderLength, volume, out store, out error);
    }

    private static bool TrySpare(ReadOnlySpan<byte> image, int offset, out VariableStore spare) =>
        TryOpenVolume(image[offset..], image.Length - offset, out spare, out _);

    private static NvramError WithoutSignature(ReadOnlySpan<byte> header, int at)
    {
        int written = header.TrimEnd((byte)0xff).Length;
        return written switch
        {
            0 => new(NvramFault.Erased, at, "the variable store's header is erased (all 0xff)"),
            < VariableStoreHeader.Size => new(
                NvramFault.Corrupt,
                at + written,
                "the variable store's header is cut off"
            ),
            _ => new(NvramFault.UnknownFormat, at, "the variable store's signature is not one of edk2's"),
        };
    }

    private static bool TryOpenStore(
        ReadOnlySpan<byte> bytes,
        long available,
        FirmwareVolume volume,
        out VariableStore store,
        out NvramError error
    )
    {
        store = default;
        int at = volume.HeaderLength;
        Guid signature = new(bytes[..EfiGuids.Size]);
        bool authenticated = signature == EfiGuids.AuthenticatedVariable;
        if (!authenticated && signature != EfiGuids.Variable)
        {
            error = WithoutSignature(bytes[..VariableStoreHeader.Size], at);
            return false;
        }

        if (
            bytes[VariableStoreHeader.At.Format] != VariableStoreHeader.Formatted
            || bytes[VariableStoreHeader.At.State] != VariableStoreHeader.Healthy
        )
        {
            error = new(
                NvramFault.Corrupt,
                at + VariableStoreHeader.At.Format,
                "the variable store is not formatted and healthy"
            );
            return false;
        }

        uint size = BinaryPrimitives.ReadUInt32LittleEndian(bytes[VariableStoreHeader.At.Size..]);
        if (size < VariableStoreHeader.Size || size > volume.Length - volume.HeaderLength)
        {
            error = new(
                NvramFault.Corrupt,
                at + VariableStoreHeader.At.Size,
                "the variable store's Size does not fit its volume"
            );
            return false;
        }

        if (size > available)
        {
            error = new(NvramFault.Corrupt, at + (int)available, "the image ends inside the variable store");
            return false;
        }

        store = new(bytes[..(int)Math.Min(size, bytes.Length)], (int)size, authenticated)
        {
            Volume = volume,
            Offset = at,
        };
        error = default;
        return true;
    }
}
