using LamBoot.Nvram.Layout;

namespace LamBoot.Nvram.Variables;

/// <summary>
/// A variable store in the bytes of an OVMF_VARS image (VARIABLE_STORE_HEADER, MdeModulePkg/Include/Guid/VariableFormat.h). Everything in
/// it was written by the guest: no byte is trusted, and no input throws.
/// </summary>
public readonly ref partial struct VariableStore
{
    /// <summary>The size of an aarch64 image. If it is all zeros, it is a fresh store that no firmware has formatted yet.</summary>
    public const int Aarch64ImageSize = 64 << 20;

    // As much of the store as was read: at least its list.
    private readonly ReadOnlySpan<byte> _store;

    private VariableStore(ReadOnlySpan<byte> store, int size, bool isAuthenticated)
    {
        _store = store;
        Size = size;
        IsAuthenticated = isAuthenticated;
    }

    /// <summary>The firmware volume that contains the store; the default if the store is fresh.</summary>
    public FirmwareVolume Volume { get; private init; }

    /// <summary>The offset of the store in the image, in bytes.</summary>
    public int Offset { get; private init; }

    /// <summary>Whether its headers are those of authenticated variables.</summary>
    public bool IsAuthenticated { get; }

    /// <summary>The size of the store in bytes, including its header; 0 if it is fresh.</summary>
    public int Size { get; }

    /// <summary>
    /// Whether the firmware was interrupted while compacting the store: the spare block is complete but not copied back yet. Firmware
    /// builds differ in what they do about that at their next start.
    /// </summary>
    public bool IsReclaimPending { get; private init; }

    /// <summary>Whether this is the store in the spare block, because the main one is damaged.</summary>
    public bool IsSpare { get; private init; }

    /// <summary>The entries in list order, including deleted and incomplete ones.</summary>
    public VariableEntries Entries => new(_store, IsAuthenticated, VariableStoreHeader.Size);

    /// <summary>The live variables in list order (VariableServiceGetNextVariableInternal).</summary>
    public LiveVariables Variables => new(this);

    /// <summary>Returns the entry at an offset where one was found before.</summary>
    internal VariableEntry EntryAt(int offset)
    {
        VariableEntries entries = new(_store, IsAuthenticated, offset);
        entries.MoveNext();
        return entries.Current;
    }

    /// <summary>The end of the list, in bytes from the start of the store.</summary>
    internal int ListEnd
    {
        get
        {
            VariableEntries entries = Entries;
            while (entries.MoveNext()) { }
            return entries.End;
        }
    }

    /// <summary>
    /// Finds the live value of a variable: the first added copy, else the last one in deleted transition (FindVariableEx,
    /// MdeModulePkg/Universal/Variable/RuntimeDxe/VariableParsing.c).
    /// </summary>
    /// <param name="name">The name, without NUL.</param>
    /// <param name="vendorGuid">The vendor: others may use the same name.</param>
    /// <param name="variable">The entry, if there is one.</param>
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

    /// <summary>Finds the live values of several variables in one pass, by the same rule as <see cref="TryFind"/>.</summary>
    /// <param name="keys">The variables.</param>
    /// <param name="offsets">Receives the offset of each variable's entry; 0 if there is none.</param>
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
}
