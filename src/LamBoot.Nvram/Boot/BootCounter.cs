using System.Buffers.Binary;
using LamBoot.Nvram.Layout;
using LamBoot.Nvram.Variables;

namespace LamBoot.Nvram.Boot;

/// <summary>
/// The number of firmware boots, including resets: the high half of the monotonic counter, which the firmware increments at every boot
/// (MdeModulePkg/Universal/MonotonicCounterRuntimeDxe, <c>MTC</c>, 4 bytes). Every VM has one; a clone inherits it.
/// </summary>
public static class BootCounter
{
    internal const string Name = "MTC";

    /// <summary>Reads the counter.</summary>
    /// <param name="store">The store.</param>
    /// <returns>The count; null if the store has none, or one of another size.</returns>
    public static uint? Read(VariableStore store) =>
        TryFind(store, out VariableEntry counter) ? BinaryPrimitives.ReadUInt32LittleEndian(counter.Data) : null;

    /// <summary>
    /// Whether an entry was written after the firmware's last start, which rewrites the counter: entries are in write order, and a reclaim
    /// preserves it.
    /// </summary>
    /// <param name="store">The store.</param>
    /// <param name="offset">The entry's <see cref="VariableEntry.Offset"/>.</param>
    /// <returns>Whether it was; null if the store has no counter.</returns>
    public static bool? IsBefore(VariableStore store, int offset) =>
        TryFind(store, out VariableEntry counter) ? counter.Offset < offset : null;

    /// <summary>
    /// The count when an entry was written: that of the counter's last copy before it, even a deleted one. A reclaim drops deleted copies
    /// but preserves the order of the rest.
    /// </summary>
    /// <param name="store">The store.</param>
    /// <param name="offset">The entry's <see cref="VariableEntry.Offset"/>.</param>
    /// <returns>The count; null if there is no copy before it.</returns>
    public static uint? ReadAt(VariableStore store, int offset)
    {
        uint? count = null;
        foreach (VariableEntry entry in store.Entries)
        {
            if (entry.Offset >= offset)
            {
                break;
            }

            bool isWritten = entry.State is not (VariableState.HeaderIncomplete or VariableState.HeaderValidOnly);
            if (isWritten && entry.Data.Length == sizeof(uint) && IsOne(entry))
            {
                count = BinaryPrimitives.ReadUInt32LittleEndian(entry.Data);
            }
        }

        return count;
    }

    private static bool IsOne(VariableEntry entry) => entry.VendorGuid == EfiGuids.MtcVendor && entry.IsNamed(Name);

    private static bool TryFind(VariableStore store, out VariableEntry counter) =>
        store.TryFind(Name, EfiGuids.MtcVendor, out counter) && counter.Data.Length == sizeof(uint);
}
