using System.Globalization;
using static LamBoot.Nvram.Boot.Entries.NodeText;

namespace LamBoot.Nvram.Boot.Entries;

/// <summary>Media device paths (UEFI specification 10.3.5) and BIOS device paths (10.3.6).</summary>
internal static class MediaNode
{
    /// <summary>Formats a node; null if it is not one of these, or has another length.</summary>
    public static string? Format(byte subType, ReadOnlySpan<byte> data) =>
        (subType, data.Length) switch
        {
            (1, 38) => HardDrive(data),
            (2, 20) => $"CDROM({X(U32(data, 0))},{X(U64(data, 4))},{X(U64(data, 12))})",
            (3, _) => Vendor("VenMedia", data),
            (4, >= 2) => Utf16(data),
            (5, 16) => $"Media({NodeText.Guid(data, 0)})",
            (6, 16) => $"FvFile({NodeText.Guid(data, 0)})",
            (7, 16) => $"Fv({NodeText.Guid(data, 0)})",
            (8, 20) => $"Offset({X(U64(data, 4))},{X(U64(data, 12))})",
            (9, 34) => RamDisk(data),
            _ => null,
        };

    /// <summary>Formats a BIOS Boot Specification node: DeviceType, StatusFlag, a description.</summary>
    public static string? FormatBios(byte subType, ReadOnlySpan<byte> data) =>
        (subType, data.Length) switch
        {
            (1, >= 5) => $"BBS({BiosType(U16(data, 0))},{Ascii(data[4..])},{X(U16(data, 2))})",
            _ => null,
        };

    private static string BiosType(ushort type) =>
        type switch
        {
            1 => "Floppy",
            2 => "HD",
            3 => "CDROM",
            4 => "PCMCIA",
            5 => "USB",
            6 => "Network",
            _ => X(type),
        };

    /// <summary>PartitionNumber, PartitionStart, PartitionSize, Signature (16 bytes), MBRType, SignatureType.</summary>
    private static string HardDrive(ReadOnlySpan<byte> data)
    {
        const int SignatureAt = 20;
        string signature = data[37] switch
        {
            1 => string.Create(CultureInfo.InvariantCulture, $"MBR,0x{U32(data, SignatureAt):X8}"),
            2 => $"GPT,{NodeText.Guid(data, SignatureAt)}",
            byte type => string.Create(CultureInfo.InvariantCulture, $"{type},0"),
        };
        return string.Create(
            CultureInfo.InvariantCulture,
            $"HD({U32(data, 0)},{signature},{X(U64(data, 4))},{X(U64(data, 12))})"
        );
    }

    private static string RamDisk(ReadOnlySpan<byte> data)
    {
        string range = $"{X(U64(data, 0))},{X(U64(data, 8))},{U16(data, 32)}";
        return NodeText.Guid(data, 16) switch
        {
            "77AB535A-45FC-624B-5560-F7B281D1F96E" => $"VirtualDisk({range})",
            "3D5ABD30-4175-87CE-6D64-D2ADE523C4BB" => $"VirtualCD({range})",
            "5CEA02C9-4D07-69D3-269F-4496FBE096F9" => $"PersistentVirtualDisk({range})",
            "08018188-42CD-BB48-100F-5387D53DED3D" => $"PersistentVirtualCD({range})",
            string type => $"RamDisk({range},{type})",
        };
    }
}
