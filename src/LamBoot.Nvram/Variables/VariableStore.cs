using System.Buffers.Binary;
using LamBoot.Nvram.Layout;

namespace LamBoot.Nvram.Variables;

/// <summary>
/// A variable store in the bytes of an OVMF_VARS image (VARIABLE_STORE_HEADER,
/// MdeModulePkg/Include/Guid/VariableFormat.h). Everything in it was written by the guest: no byte is trusted, no input
/// throws.
/// </summary>
public readonly ref struct VariableStore
{
    /// <summary>The size of an aarch64 image. All zeros, it is a fresh store that no firmware has formatted yet.</summary>
    public const int Aarch64ImageSize = 64 << 20;

    // As much of the store as there is: its list, at least.
    private readonly ReadOnlySpan<byte> _store;

    private VariableStore(ReadOnlySpan<byte> store, int size, bool isAuthenticated)
    {
        _store = store;
        Size = size;
        IsAuthenticated = isAuthenticated;
    }

    /// <summary>The firmware volume that the store lies in; the default where the store is fresh.</summary>
    public FirmwareVolume Volume { get; private init; }

    /// <summary>The offset of the store in the image, in bytes.</summary>
    public int Offset { get; private init; }

    /// <summary>Whether the headers are those of authenticated variables.</summary>
    public bool IsAuthenticated { get; }

    /// <summary>Size of the store in bytes, its header included; 0 where it is fresh.</summary>
    public int Size { get; }

    /// <summary>
    /// Whether the firmware was interrupted while it compacted the store: the spare block is complete and not copied back
    /// yet. Builds of the firmware differ on what they make of that at their next start.
    /// </summary>
    public bool IsReclaimPending { get; private init; }

    /// <summary>Whether this is the store in the spare block, the main one being damaged.</summary>
    public bool IsSpare { get; private init; }

    /// <summary>The entries in the order of the list, deleted and incomplete ones too.</summary>
    public VariableEntries Entries => new(_store, IsAuthenticated, VariableStoreHeader.Size);

    /// <summary>The live variables in the order of the list (VariableServiceGetNextVariableInternal).</summary>
    public LiveVariables Variables => new(this);

    /// <summary>
    /// Opens the store of an image. The main store counts; where it is damaged in the middle of a reclaim, the spare block
    /// does, as for the firmware.
    /// </summary>
    /// <param name="image">The image, or as much of it as <see cref="StoreImage.Read"/> reads.</param>
    /// <param name="imageSize">The size of the whole image in bytes.</param>
    /// <param name="store">The store, where there is one.</param>
    /// <param name="error">What is wrong, where there is none.</param>
    public static bool TryOpen(ReadOnlySpan<byte> image, long imageSize, out VariableStore store, out NvramError error)
    {
        store = default;
        bool hasVolume = FirmwareVolume.TryRead(image, out FirmwareVolume volume, out error);
        if (hasVolume && volume.Length > imageSize)
        {
            // QEMU refuses such an image, whatever its spare block holds.
            error = new(NvramFault.Corrupt, image.Length, "the image ends inside the firmware volume");
            return false;
        }

        // What lies behind the volume is not its own.
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

    /// <summary>The entry at an offset where one was found before.</summary>
    internal VariableEntry EntryAt(int offset)
    {
        VariableEntries entries = new(_store, IsAuthenticated, offset);
        entries.MoveNext();
        return entries.Current;
    }

    /// <summary>Where the list ends, in bytes from the start of the store.</summary>
    internal int ListEnd
    {
        get
        {
            VariableEntries entries = Entries;
            while (entries.MoveNext()) { }
            return entries.End;
        }
    }

    private bool HasDirtyTail => _store[ListEnd..].ContainsAnyExcept((byte)0xff);

    /// <summary>
    /// Finds the live value of a variable: the first added copy, else the last in deleted transition (FindVariableEx,
    /// MdeModulePkg/Universal/Variable/RuntimeDxe/VariableParsing.c).
    /// </summary>
    /// <param name="name">The name, without NUL.</param>
    /// <param name="vendorGuid">The vendor: others may use the same name.</param>
    /// <param name="variable">The entry, where there is one.</param>
    public bool TryFind(ReadOnlySpan<char> name, Guid vendorGuid, out VariableEntry variable)
    {
        variable = default;
        bool found = false;
        foreach (VariableEntry entry in Entries)
        {
            if (entry.MayBeLive && entry.VendorGuid == vendorGuid && entry.IsNamed(name))
            {
                variable = entry;
                found = true;
                if (entry.State == VariableState.Added)
                {
                    break;
                }
            }
        }

        return found;
    }

    /// <summary>Finds the live values of several variables in one walk, by the rule of <see cref="TryFind"/>.</summary>
    /// <param name="keys">The variables.</param>
    /// <param name="offsets">Takes the offset of each one's entry; 0 where there is none.</param>
    internal void FindAll(ReadOnlySpan<VariableKey> keys, Span<int> offsets)
    {
        offsets.Clear();
        foreach (VariableEntry entry in Entries)
        {
            for (int i = 0; i < keys.Length; i++)
            {
                if (entry.VendorGuid == keys[i].Vendor && entry.IsNamed(keys[i].Name))
                {
                    bool isDecided = offsets[i] != 0 && EntryAt(offsets[i]).State == VariableState.Added;
                    offsets[i] = entry.MayBeLive && !isDecided ? entry.Offset : offsets[i];
                }
            }
        }
    }

    /// <summary>Opens the volume that begins where the bytes do, whatever its working block says.</summary>
    /// <param name="image">The bytes, from the volume's first on; they need not be all.</param>
    /// <param name="size">How many there are.</param>
    /// <param name="store">The store, where there is one.</param>
    /// <param name="error">What is wrong, where there is none.</param>
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
