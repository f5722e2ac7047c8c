using System.Runtime.InteropServices;
using LamBoot.Nvram.Layout;

namespace LamBoot.Nvram.Variables;

/// <summary>
/// The offset of each variable's live entry, by vendor and name: an open-addressing hash table. It is for stores that a guest filled with
/// entries in deleted transition to slow down readers. The hash is .NET's string hash, seeded anew in each process, over every byte of
/// vendor and name, so that the guest cannot choose colliding names.
/// </summary>
internal sealed class VariableIndex
{
    private readonly int[] _slots;

    public VariableIndex(VariableStore store)
    {
        int count = 0;
        foreach (VariableEntry entry in store.Entries)
        {
            count += entry.MayBeLive ? 1 : 0;
        }

        _slots = new int[(int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)count * 2)];
        foreach (VariableEntry entry in store.Entries)
        {
            if (entry.MayBeLive)
            {
                Offer(store, entry);
            }
        }
    }

    /// <summary>The offset of the live entry of a given entry's variable.</summary>
    public int Find(VariableStore store, VariableEntry entry) => _slots[SlotOf(store, entry)];

    private void Offer(VariableStore store, VariableEntry entry)
    {
        int slot = SlotOf(store, entry);
        if (_slots[slot] == 0 || store.EntryAt(_slots[slot]).State != VariableState.Added)
        {
            _slots[slot] = entry.Offset;
        }
    }

    /// <summary>The slot of an entry's variable, or the empty slot where it would go. No entry has offset 0.</summary>
    private int SlotOf(VariableStore store, VariableEntry entry)
    {
        int slot = Hash(entry.VendorAndName) & (_slots.Length - 1);
        while (_slots[slot] != 0 && !store.EntryAt(_slots[slot]).IsSameVariable(entry))
        {
            slot = (slot + 1) & (_slots.Length - 1);
        }

        return slot;
    }

    private static int Hash(ReadOnlySpan<byte> bytes)
    {
        int hash = string.GetHashCode(MemoryMarshal.Cast<byte, char>(bytes));
        return bytes.Length % 2 == 0 ? hash : (hash * 31) + bytes[^1]; // even for a name that is not UTF-16
    }
}
