using System.Buffers.Binary;
using LamBoot.Nvram.Layout;
using LamBoot.Nvram.Variables;

namespace LamBoot.Nvram.Boot.Entries;

/// <summary>Changes what the firmware boots next, as efibootmgr in a guest would.</summary>
public static class BootEntriesWriter
{
    private const VariableAttributes Attributes =
        VariableAttributes.NonVolatile | VariableAttributes.BootServiceAccess | VariableAttributes.RuntimeAccess;

    /// <summary>Sets BootNext: only the next boot uses that entry, which need not be in the boot order.</summary>
    /// <exception cref="StoreFullException">The store has no room for it.</exception>
    public static void SetNext(VariableWriter writer, ushort number)
    {
        Span<byte> data = stackalloc byte[sizeof(ushort)];
        BinaryPrimitives.WriteUInt16LittleEndian(data, number);
        writer.Set(BootEntries.NextName, EfiGuids.GlobalVariable, Attributes, data);
    }

    /// <summary>Deletes BootNext.</summary>
    /// <returns>Whether it was set.</returns>
    public static bool ClearNext(VariableWriter writer) => writer.Delete(BootEntries.NextName, EfiGuids.GlobalVariable);

    /// <summary>Sets BootOrder. Without numbers, it is deleted and the firmware looks for something to boot by itself.</summary>
    /// <exception cref="ArgumentException">A number occurs twice or has no entry in the store; nothing is changed.</exception>
    /// <exception cref="StoreFullException">The store has no room for it.</exception>
    public static void SetOrder(VariableWriter writer, IReadOnlyList<ushort> order)
    {
        HashSet<ushort> seen = [];
        foreach (ushort number in order)
        {
            string name = BootEntry.NameOf(number);
            if (!seen.Add(number))
            {
                throw new ArgumentException($"{name} is in the order twice: name it once");
            }

            if (!writer.Store.TryFind(name, EfiGuids.GlobalVariable, out _))
            {
                throw new ArgumentException($"the store has no entry {name}: name one that it has");
            }
        }

        WriteOrder(writer, order);
    }

    /// <summary>Sets or clears bit 0 of OsIndications: the next boot enters the firmware's menu. The other bits stay unchanged.</summary>
    /// <exception cref="StoreFullException">The store has no room for it.</exception>
    public static void SetEntersSetup(VariableWriter writer, bool entersSetup)
    {
        bool isThere = writer.Store.TryFind(
            BootEntries.OsIndicationsName,
            EfiGuids.GlobalVariable,
            out VariableEntry entry
        );
        bool isNumber = isThere && entry.Data.Length == sizeof(ulong);
        ulong bits = isNumber ? BinaryPrimitives.ReadUInt64LittleEndian(entry.Data) : 0;
        bits = entersSetup ? bits | BootEntries.BootToFirmwareUi : bits & ~BootEntries.BootToFirmwareUi;
        if (isNumber || entersSetup)
        {
            Span<byte> data = stackalloc byte[sizeof(ulong)];
            BinaryPrimitives.WriteUInt64LittleEndian(data, bits);
            writer.Set(BootEntries.OsIndicationsName, EfiGuids.GlobalVariable, Attributes, data);
        }
    }

    /// <summary>
    /// Deletes an entry, after removing its number from BootOrder, and BootNext if it names the entry. The rest of the order stays as the
    /// guest left it.
    /// </summary>
    /// <returns>Whether there was such an entry.</returns>
    /// <exception cref="StoreFullException">The store has no room for the order; nothing is changed.</exception>
    public static bool Remove(VariableWriter writer, ushort number)
    {
        BootEntries before = BootEntries.Read(writer.Store);
        if (before.Order is { } order && order.Contains(number))
        {
            WriteOrder(writer, [.. order.Where(other => other != number)]);
        }

        if (before.Next == number)
        {
            ClearNext(writer);
        }

        return writer.Delete(BootEntry.NameOf(number), EfiGuids.GlobalVariable);
    }

    private static void WriteOrder(VariableWriter writer, IReadOnlyList<ushort> order)
    {
        if (order.Count == 0)
        {
            writer.Delete(BootEntries.OrderName, EfiGuids.GlobalVariable);
            return;
        }

        byte[] data = new byte[order.Count * sizeof(ushort)];
        for (int i = 0; i < order.Count; i++)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(data.AsSpan(i * sizeof(ushort)), order[i]);
        }

        writer.Set(BootEntries.OrderName, EfiGuids.GlobalVariable, Attributes, data);
    }
}
