using System.Globalization;
using static LamBoot.Nvram.Boot.Entries.NodeText;

namespace LamBoot.Nvram.Boot.Entries;

/// <summary>Messaging device paths of disks and buses (UEFI specification 10.3.4).</summary>
internal static class MessagingNode
{
    /// <summary>Formats a node; null if it is not one of these, or has another length.</summary>
    public static string? Format(byte subType, ReadOnlySpan<byte> data) =>
        (subType, data.Length) switch
        {
            (1, 4) =>
                $"Ata({(data[0] == 1 ? "Secondary" : "Primary")},{(data[1] == 1 ? "Slave" : "Master")},{X(U16(data, 2))})",
            (2, 4) => $"Scsi({X(U16(data, 0))},{X(U16(data, 2))})",
            (3, 20) => $"Fibre({X(U64(data, 4))},{X(U64(data, 12))})",
            (4, 12) => string.Create(CultureInfo.InvariantCulture, $"I1394({U64(data, 4):X16})"),
            (5, 2) => $"USB({X(data[0])},{X(data[1])})",
            (6, 4) => $"I2O({X(U32(data, 0))})",
            (10, _) => Vendor(data),
            (14, 15) => Uart(data),
            (15, 7) => UsbClass(data),
            (16, >= 6) => $"UsbWwid({X(U16(data, 2))},{X(U16(data, 4))},{X(U16(data, 0))},\"{Utf16(data[6..])}\")",
            (17, 1) => $"Unit({X(data[0])})",
            (18, 6) => $"Sata({X(U16(data, 0))},{X(U16(data, 2))},{X(U16(data, 4))})",
            (21, 20) => $"FibreEx(0x{Hex(data[4..12])},0x{Hex(data[12..20])})",
            (22, 20) => SasEx(data),
            (23, 12) => $"NVMe({X(U32(data, 0))},{Eui64(data[4..])})",
            (25, 2) => $"UFS({X(data[0])},{X(data[1])})",
            (26, 1) => $"SD({X(data[0])})",
            (29, 1) => $"eMMC({X(data[0])})",
            (32, 16) => $"NvdimmNamespace({NodeText.Guid(data, 0)})",
            _ => null,
        };

    /// <summary>A vendor-defined node; some vendors are known (MdePkg/Include/Guid/PcAnsi.h, DebugPort.h).</summary>
    private static string? Vendor(ReadOnlySpan<byte> data) =>
        data.Length != 16
            ? NodeText.Vendor("VenMsg", data)
            : NodeText.Guid(data, 0) switch
            {
                "E0C14753-F9BE-11D2-9A0C-0090273FC14D" => "VenPcAnsi()",
                "DFA66065-B419-11D3-9A2D-0090273FC14D" => "VenVt100()",
                "7BAEC70B-57E0-4C76-8E87-2F9E28088343" => "VenVt100Plus()",
                "AD15A0D6-8BEC-4ACF-A073-D01DE77E2D88" => "VenUtf8()",
                "EBA4E8D2-3858-41EC-A281-2647BA9660D0" => "DebugPort()",
                _ => NodeText.Vendor("VenMsg", data),
            };

    /// <summary>Reserved (4 bytes), BaudRate (8), DataBits, Parity, StopBits.</summary>
    private static string Uart(ReadOnlySpan<byte> data)
    {
        const string Parities = "DNEOMS";
        string[] stopBits = ["D", "1", "1.5", "2"];
        string baud = U64(data, 4) is var rate and > 0 ? rate.ToString(CultureInfo.InvariantCulture) : "DEFAULT";
        string bits = data[12] > 0 ? data[12].ToString(CultureInfo.InvariantCulture) : "DEFAULT";
        char parity = data[13] < Parities.Length ? Parities[data[13]] : 'x';
        return $"Uart({baud},{bits},{parity},{(data[14] < stopBits.Length ? stopBits[data[14]] : "x")})";
    }

    /// <summary>VendorId, ProductId, DeviceClass, DeviceSubClass, DeviceProtocol.</summary>
    private static string UsbClass(ReadOnlySpan<byte> data)
    {
        string ids = $"{X(U16(data, 0))},{X(U16(data, 2))}";
        string? word = data[4] switch
        {
            0x01 => "UsbAudio",
            0x02 => "UsbCDCControl",
            0x03 => "UsbHID",
            0x06 => "UsbImage",
            0x07 => "UsbPrinter",
            0x08 => "UsbMassStorage",
            0x09 => "UsbHub",
            0x0a => "UsbCDCData",
            0x0b => "UsbSmartCard",
            0x0e => "UsbVideo",
            0xdc => "UsbDiagnostic",
            0xe0 => "UsbWireless",
            _ => null,
        };
        string? applied = (data[4], data[5]) switch
        {
            (0xfe, 1) => "UsbDeviceFirmwareUpdate",
            (0xfe, 2) => "UsbIrdaBridge",
            (0xfe, 3) => "UsbTestAndMeasurement",
            _ => null,
        };
        return word is not null ? $"{word}({ids},{X(data[5])},{X(data[6])})"
            : applied is not null ? $"{applied}({ids},{X(data[6])})"
            : $"UsbClass({ids},{X(data[4])},{X(data[5])},{X(data[6])})";
    }

    /// <summary>SasAddress (8 bytes), Lun (8), DeviceTopology, RelativeTargetPort.</summary>
    private static string SasEx(ReadOnlySpan<byte> data)
    {
        ushort topology = U16(data, 16);
        string where = (topology & 0x8f) switch
        {
            0 => "NoTopology,0,0,0",
            1 or 2 =>
                $"{((topology & 0x10) != 0 ? "SATA" : "SAS")},{((topology & 0x20) != 0 ? "External" : "Internal")},"
                    + $"{((topology & 0x40) != 0 ? "Expanded" : "Direct")},"
                    + ((topology & 0x0f) == 1 ? "0" : X((uint)(topology >> 8) + 1)),
            _ => $"{X(topology)},0,0,0",
        };
        return $"SasEx(0x{Hex(data[..8])},0x{Hex(data[8..16])},{X(U16(data, 18))},{where})";
    }

    /// <summary>The IEEE identifier, whose first byte comes last.</summary>
    private static string Eui64(ReadOnlySpan<byte> data)
    {
        string[] bytes = new string[sizeof(ulong)];
        for (int i = 0; i < bytes.Length; i++)
        {
            bytes[i] = data[bytes.Length - 1 - i].ToString("X2", CultureInfo.InvariantCulture);
        }

        return string.Join('-', bytes);
    }
}
