using System.Globalization;
using static LamBoot.Nvram.Boot.Entries.NodeText;

namespace LamBoot.Nvram.Boot.Entries;

/// <summary>ACPI device paths (UEFI specification 10.3.3).</summary>
internal static class AcpiNode
{
    // EISA_PNP_ID: PNP in the lower half, four digits in the upper half.
    private const uint Pnp = 0x41d0;
    private const int ExtendedFixedSize = 12;

    /// <summary>Formats a node; null if it is not one of these, or has another length.</summary>
    public static string? Format(byte subType, ReadOnlySpan<byte> data) =>
        (subType, data.Length) switch
        {
            (1, 8) => Acpi(U32(data, 0), U32(data, 4)),
            (2, >= ExtendedFixedSize + 3) => Extended(data),
            (3, >= 4) when data.Length % 4 == 0 => Addresses(data),
            (4, 4) => $"NvdimmAcpiAdr({X(U32(data, 0))})",
            _ => null,
        };

    private static string Acpi(uint hid, uint uid) =>
        (hid & 0xffff) != Pnp
            ? $"Acpi({PnpId(hid)},{X(uid)})"
            : (hid >> 16) switch
            {
                0x0a03 => $"PciRoot({X(uid)})",
                0x0a08 => $"PcieRoot({X(uid)})",
                0x0604 => $"Floppy({X(uid)})",
                0x0301 => $"Keyboard({X(uid)})",
                0x0501 => $"Serial({X(uid)})",
                0x0401 => $"ParallelPort({X(uid)})",
                _ => $"Acpi({PnpId(hid)},{X(uid)})",
            };

    /// <summary><c>PNP0A03</c>, or the number for another vendor.</summary>
    private static string PnpId(uint id) =>
        (id & 0xffff) == Pnp
            ? string.Create(CultureInfo.InvariantCulture, $"PNP{id >> 16:X4}")
            : string.Create(CultureInfo.InvariantCulture, $"0x{id:X8}");

    /// <summary>Three letters of five bits each, then four digits.</summary>
    private static string EisaId(uint id)
    {
        ReadOnlySpan<char> letters = [Letter(id >> 10), Letter(id >> 5), Letter(id)];
        return string.Create(CultureInfo.InvariantCulture, $"{letters}{id >> 16:X4}");

        static char Letter(uint bits) => (char)('A' - 1 + (bits & 0x1f));
    }

    /// <summary>_HID, _UID and _CID as numbers, then as NUL-terminated strings.</summary>
    private static string? Extended(ReadOnlySpan<byte> data)
    {
        string[] texts = new string[3];
        ReadOnlySpan<byte> rest = data[ExtendedFixedSize..];
        for (int i = 0; i < texts.Length; i++)
        {
            int end = rest.IndexOf((byte)0);
            if (end < 0)
            {
                return null;
            }

            texts[i] = Ascii(rest[..end]);
            rest = rest[(end + 1)..];
        }

        (uint hid, uint uid, uint cid) = (U32(data, 0), U32(data, 4), U32(data, 8));
        return texts[0].Length == 0 && texts[2].Length == 0 && uid == 0
            ? $"AcpiExp({EisaId(hid)},{EisaId(cid)},{texts[1]})"
            : $"AcpiEx({EisaId(hid)},{EisaId(cid)},{X(uid)},{texts[0]},{texts[2]},{texts[1]})";
    }

    private static string Addresses(ReadOnlySpan<byte> data)
    {
        const int Most = 64;
        List<string> addresses = [];
        for (int at = 0; at < data.Length && addresses.Count < Most; at += sizeof(uint))
        {
            addresses.Add(X(U32(data, at)));
        }

        return $"AcpiAdr({string.Join(',', addresses)})";
    }
}
