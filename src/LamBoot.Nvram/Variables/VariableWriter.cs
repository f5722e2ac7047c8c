using System.Text;
using LamBoot.Nvram.Layout;

namespace LamBoot.Nvram.Variables;

/// <summary>
/// Changes the variable store of a whole image in memory like edk2 (UpdateVariable and Reclaim,
/// MdeModulePkg/Universal/Variable/RuntimeDxe/Variable.c): a variable that is set is appended, its old copy is deleted, and the store is
/// compacted if there is no room. The firmware reads from the result exactly what <see cref="Store"/> shows.
/// </summary>
public sealed class VariableWriter
{
    private const byte Erased = 0xff;

    private readonly byte[] _image;

    private VariableWriter(byte[] image) => _image = image;

    /// <summary>The image with the changes.</summary>
    public ReadOnlySpan<byte> Image => _image;

    /// <summary>The store in its current state.</summary>
    public VariableStore Store =>
        VariableStore.TryOpen(_image, _image.Length, out VariableStore store, out NvramError error)
            ? store
            : throw new InvalidDataException(error.ToString());

    /// <summary>Opens an image for changes.</summary>
    /// <param name="image">The whole image; a copy of it is changed.</param>
    /// <param name="writer">The writer, if the image can be changed.</param>
    /// <param name="reason">Why not, if it cannot.</param>
    public static bool TryOpen(ReadOnlySpan<byte> image, out VariableWriter? writer, out string reason)
    {
        writer = null;
        if (!VariableStore.TryOpen(image, image.Length, out VariableStore store, out NvramError error))
        {
            reason = error.ToString();
            return false;
        }

        if (store.Size == 0)
        {
            reason = "no firmware has formatted the store yet: start the VM once";
            return false;
        }

        if (store.IsReclaimPending || store.IsSpare)
        {
            reason = "the firmware has not finished a reclaim of the store: start the VM once so that it can";
            return false;
        }

        writer = new(image.ToArray());
        reason = "";
        return true;
    }

    /// <summary>Sets a variable. If it already has the value and attributes, it is left alone, as in edk2.</summary>
    /// <param name="name">The name, without NUL.</param>
    /// <param name="vendor">The vendor.</param>
    /// <param name="attributes">The attributes; edk2 requires an existing variable's to be the same, here they are replaced.</param>
    /// <param name="data">The value, at least one byte: edk2 deletes a variable that is set to nothing.</param>
    /// <param name="timeStamp">The signature time of a time-based authenticated variable; otherwise the default.</param>
    /// <exception cref="StoreFullException">Even compacted, the store has no room for it; it is unchanged.</exception>
    public void Set(
        string name,
        Guid vendor,
        VariableAttributes attributes,
        ReadOnlySpan<byte> data,
        EfiTime timeStamp = default
    )
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentOutOfRangeException.ThrowIfZero(data.Length);
        VariableStore store = Store;
        bool isThere = store.TryFind(name, vendor, out VariableEntry old);
        if (isThere && old.Attributes == attributes && old.Data.SequenceEqual(data))
        {
            return;
        }

        byte[] entry = Entry(store.IsAuthenticated, name, vendor, attributes, data, timeStamp);
        if (Append(entry))
        {
            if (isThere)
            {
                Delete(old.Offset);
            }

            return;
        }

        Compact(entry, isThere ? old.Offset : -1);
    }

    /// <summary>Deletes all copies of a variable.</summary>
    /// <returns>Whether it existed.</returns>
    public bool Delete(string name, Guid vendor)
    {
        bool wasThere = false;
        while (Store.TryFind(name, vendor, out VariableEntry entry))
        {
            Delete(entry.Offset);
            wasThere = true;
        }

        return wasThere;
    }

    /// <summary>Deletes all copies of some variables in one pass.</summary>
    internal void DeleteAll(IReadOnlySet<VariableKey> variables)
    {
        VariableStore store = Store;
        foreach (VariableEntry entry in store.Entries)
        {
            if (entry.MayBeLive && variables.Contains(new(entry.Name, entry.VendorGuid)))
            {
                Delete(store, entry.Offset);
            }
        }
    }

    /// <summary>Rewrites the list with only its live variables, in edk2's order: added ones, then those in deleted transition.</summary>
    public void Compact() => Compact([], -1);

    /// <summary>The number of bytes in the list taken up by variables that are no longer live.</summary>
    public static int DeletedBytes(VariableStore store)
    {
        int live = 0;
        foreach (VariableEntry entry in store.Variables)
        {
            live += (int)VariableHeader.Align(entry.Size);
        }

        return store.ListEnd - VariableStoreHeader.Size - live;
    }

    private Span<byte> Bytes(VariableStore store) => _image.AsSpan(store.Offset, store.Size);

    /// <summary>Writes an entry at the end of the list, if the rest of the store is erased and has room for it.</summary>
    private bool Append(ReadOnlySpan<byte> entry)
    {
        VariableStore store = Store;
        Span<byte> tail = Bytes(store)[store.ListEnd..];
        if (tail.ContainsAnyExcept(Erased) || entry.Length > tail.Length)
        {
            return false;
        }

        entry.CopyTo(tail);
        return true;
    }

    private void Delete(int offset) => Delete(Store, offset);

    private void Delete(VariableStore store, int offset) =>
        Bytes(store)[offset + VariableHeader.At.State] = VariableState.Deleted;

    /// <summary>Rewrites the list with every live variable but one, and a new entry.</summary>
    private void Compact(ReadOnlySpan<byte> added, int without)
    {
        VariableStore store = Store;
        byte[] list = new byte[store.Size];
        Array.Fill(list, Erased);
        ReadOnlySpan<byte> old = Bytes(store);
        old[..VariableStoreHeader.Size].CopyTo(list);
        int at = VariableStoreHeader.Size;
        foreach (byte state in (ReadOnlySpan<byte>)[VariableState.Added, VariableState.InDeletedTransition])
        {
            foreach (VariableEntry entry in store.Variables)
            {
                if (entry.State == state && entry.Offset != without)
                {
                    old.Slice(entry.Offset, entry.Size).CopyTo(list.AsSpan(at));
                    list[at + VariableHeader.At.State] = VariableState.Added;
                    at = (int)Math.Min(at + VariableHeader.Align(entry.Size), list.Length);
                }
            }
        }

        if (added.Length > list.Length - at)
        {
            throw new StoreFullException(added.Length, list.Length - at);
        }

        added.CopyTo(list.AsSpan(at));
        list.CopyTo(Bytes(store));
    }

    /// <summary>Header, name and data.</summary>
    private static byte[] Entry(
        bool authenticated,
        string name,
        Guid vendor,
        VariableAttributes attributes,
        ReadOnlySpan<byte> data,
        EfiTime timeStamp
    )
    {
        byte[] nameBytes = Encoding.Unicode.GetBytes(name + "\0");
        VariableHeader header = new(authenticated);
        byte[] entry = new byte[header.Size + nameBytes.Length + data.Length];
        header.Write(entry, attributes, timeStamp, nameBytes.Length, data.Length, vendor);
        nameBytes.CopyTo(entry, header.Size);
        data.CopyTo(entry.AsSpan(header.Size + nameBytes.Length));
        return entry;
    }
}

/// <summary>The store has no room for a variable, even without deleted ones.</summary>
/// <param name="needed">The number of bytes needed.</param>
/// <param name="free">The number of bytes available.</param>
public sealed class StoreFullException(int needed, int free)
    : Exception($"the variable store is full: {needed} bytes needed, {free} free");
