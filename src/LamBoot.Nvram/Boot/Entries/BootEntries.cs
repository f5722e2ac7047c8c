using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using LamBoot.Nvram.Layout;
using LamBoot.Nvram.Variables;

namespace LamBoot.Nvram.Boot.Entries;

/// <summary>
/// What the firmware boots and in which order (UEFI specification 3.3, vendor EFI_GLOBAL_VARIABLE). BootCurrent is volatile, so a store on
/// disk does not say which entry is running.
/// </summary>
public sealed record BootEntries
{
    internal const string OrderName = "BootOrder";
    internal const string NextName = "BootNext";
    internal const string OsIndicationsName = "OsIndications";

    /// <summary>EFI_OS_INDICATIONS_BOOT_TO_FW_UI.</summary>
    internal const ulong BootToFirmwareUi = 0x1;

    private const string Prefix = "Boot";
    private const int Digits = 4;

    /// <summary>The entries, by number.</summary>
    public IReadOnlyList<BootEntry> Entries { get; private init; } = [];

    /// <summary>
    /// BootOrder: the numbers in the order in which they are tried, which may include missing entries or duplicates. Null if the store has
    /// none, in which case the firmware creates one; empty if it contains no numbers; if it is malformed, only the whole numbers, as the
    /// firmware reads it.
    /// </summary>
    public IReadOnlyList<ushort>? Order { get; private init; }

    /// <summary>Whether BootOrder has an odd number of bytes.</summary>
    public bool IsOrderMalformed { get; private init; }

    /// <summary>BootNext: the entry of the next boot only; null if not set.</summary>
    public ushort? Next { get; private init; }

    /// <summary>OsIndications, bit 0: whether the next boot enters the firmware's menu.</summary>
    public bool EntersSetup { get; private init; }

    /// <summary>Variables that are present but malformed: <c>BootNext: 3 bytes</c>.</summary>
    public IReadOnlyList<string> Malformed { get; private init; } = [];

    /// <summary>Reads the boot entries of a store.</summary>
    /// <param name="store">The store.</param>
    public static BootEntries Read(VariableStore store)
    {
        List<BootEntry> entries = [];
        foreach (VariableEntry entry in store.Variables)
        {
            if (TryNumber(entry, out ushort number))
            {
                entries.Add(BootEntry.Read(number, entry.Data));
            }
        }

        entries.Sort((a, b) => a.Number.CompareTo(b.Number));
        List<string> malformed = [.. entries.Where(entry => entry.IsMalformed).Select(entry => entry.Name)];
        bool hasNext = TryFind(store, NextName, sizeof(ushort), malformed, out ReadOnlySpan<byte> next);
        bool hasIndications = TryFind(store, OsIndicationsName, sizeof(ulong), malformed, out ReadOnlySpan<byte> bits);
        return new()
        {
            Entries = entries,
            Order = ReadOrder(store, malformed, out bool isOdd),
            IsOrderMalformed = isOdd,
            Next = hasNext ? BinaryPrimitives.ReadUInt16LittleEndian(next) : null,
            EntersSetup = hasIndications && (BinaryPrimitives.ReadUInt64LittleEndian(bits) & BootToFirmwareUi) != 0,
            Malformed = malformed,
        };
    }

    /// <summary>Whether an entry of the store is a boot entry: <c>Boot</c> and four uppercase hexadecimal digits.</summary>
    private static bool TryNumber(VariableEntry entry, out ushort number)
    {
        number = 0;
        if (entry.VendorGuid != EfiGuids.GlobalVariable)
        {
            return false;
        }

        ReadOnlySpan<char> name = MemoryMarshal.Cast<byte, char>(entry.NameBytes);
        return name.Length == Prefix.Length + Digits + 1
            && name.StartsWith(Prefix)
            && name[^1] == '\0'
            && !name[Prefix.Length..^1].ContainsAnyInRange('a', 'f')
            && ushort.TryParse(
                name[Prefix.Length..^1],
                NumberStyles.AllowHexSpecifier,
                CultureInfo.InvariantCulture,
                out number
            );
    }

    private static List<ushort>? ReadOrder(VariableStore store, List<string> malformed, out bool isOdd)
    {
        isOdd = false;
        if (!store.TryFind(OrderName, EfiGuids.GlobalVariable, out VariableEntry entry))
        {
            return null;
        }

        isOdd = entry.Data.Length % sizeof(ushort) != 0;
        if (isOdd)
        {
            malformed.Add(Size(OrderName, entry.Data));
        }

        List<ushort> order = [];
        for (ReadOnlySpan<byte> rest = entry.Data; rest.Length >= sizeof(ushort); rest = rest[sizeof(ushort)..])
        {
            order.Add(BinaryPrimitives.ReadUInt16LittleEndian(rest));
        }

        return order;
    }

    private static bool TryFind(
        VariableStore store,
        string name,
        int size,
        List<string> malformed,
        out ReadOnlySpan<byte> data
    )
    {
        bool found = store.TryFind(name, EfiGuids.GlobalVariable, out VariableEntry entry);
        data = entry.Data;
        if (found && data.Length != size)
        {
            malformed.Add(Size(name, data));
            return false;
        }

        return found;
    }

    private static string Size(string name, ReadOnlySpan<byte> data) =>
        string.Create(CultureInfo.InvariantCulture, $"{name}: {data.Length} {(data.Length == 1 ? "byte" : "bytes")}");
}
