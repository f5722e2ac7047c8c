using System.Globalization;
using static LamBoot.Nvram.Boot.Entries.NodeText;

namespace LamBoot.Nvram.Boot.Entries;

/// <summary>Messaging device paths of networks (UEFI specification 10.3.4).</summary>
internal static class NetworkNode
{
    private const int Ip6Size = 16;

    /// <summary>Formats a node; null if it is not one of these, or has another length.</summary>
    public static string? Format(byte subType, ReadOnlySpan<byte> data) =>
        (subType, data.Length) switch
        {
            (9, 44) => InfiniBand(data),
            (11, 33) => $"MAC({Hex(data[..(data[32] <= 1 ? 6 : 32)])},{X(data[32])})",
            (12, 15 or 23) => Ip4(data),
            (13, 39 or 56) => Ip6(data),
            (19, >= 14) => IScsi(data),
            (20, 2) => string.Create(CultureInfo.InvariantCulture, $"Vlan({U16(data, 0)})"),
            (24, _) => $"Uri({Ascii(data)})",
            (27, 6) => $"Bluetooth({Hex(data)})",
            (28, 32) => $"Wi-Fi({Ascii(data)})",
            (30, 7) => $"BluetoothLE({Hex(data[..6])},0x{Hex(data[6..])})",
            (31, >= 1) => Dns(data),
            (33, >= 2) => $"RestService({X(data[0])},{X(data[1])})",
            _ => null,
        };

    /// <summary>ResourceFlags, PortGid (16 bytes), ServiceId, TargetPortId, DeviceId.</summary>
    private static string InfiniBand(ReadOnlySpan<byte> data) =>
        $"Infiniband({X(U32(data, 0))},{NodeText.Guid(data, 4)},{X(U64(data, 20))},{X(U64(data, 28))},{X(U64(data, 36))})";

    /// <summary>
    /// LocalIpAddress, RemoteIpAddress, LocalPort, RemotePort, Protocol, StaticIpAddress (1 byte); since UEFI 2.3 GatewayIpAddress
    /// and SubnetMask.
    /// </summary>
    private static string Ip4(ReadOnlySpan<byte> data)
    {
        string more = data.Length == 23 ? $",{Address4(data, 15)},{Address4(data, 19)}" : "";
        string origin = data[14] != 0 ? "Static" : "DHCP";
        return $"IPv4({Address4(data, 4)},{Protocol(U16(data, 12))},{origin},{Address4(data, 0)}{more})";
    }

    /// <summary>
    /// LocalIpAddress, RemoteIpAddress, LocalPort, RemotePort, Protocol, IpAddressOrigin (1 byte); since UEFI 2.3 PrefixLength and
    /// GatewayIpAddress.
    /// </summary>
    private static string Ip6(ReadOnlySpan<byte> data)
    {
        string more = data.Length == 56 ? $",{X(data[39])},{Address6(data, 40)}" : "";
        string origin = data[38] switch
        {
            0 => "Static",
            1 => "StatelessAutoConfigure",
            _ => "StatefulAutoConfigure",
        };
        return $"IPv6({Address6(data, Ip6Size)},{Protocol(U16(data, 36))},{origin},{Address6(data, 0)}{more})";
    }

    private static string Protocol(ushort protocol) =>
        protocol switch
        {
            6 => "TCP",
            17 => "UDP",
            _ => X(protocol),
        };

    private static string Address4(ReadOnlySpan<byte> data, int at) =>
        string.Create(CultureInfo.InvariantCulture, $"{data[at]}.{data[at + 1]}.{data[at + 2]}.{data[at + 3]}");

    /// <summary>All eight groups, as edk2 prints them.</summary>
    private static string Address6(ReadOnlySpan<byte> data, int at)
    {
        string[] groups = new string[Ip6Size / 2];
        for (int i = 0; i < groups.Length; i++)
        {
            groups[i] = Hex(data.Slice(at + (2 * i), 2));
        }

        return string.Join(':', groups);
    }

    /// <summary>NetworkProtocol, LoginOption, Lun (8 bytes), TargetPortalGroupTag, then the target's name.</summary>
    private static string IScsi(ReadOnlySpan<byte> data)
    {
        int options = U16(data, 2);
        string header = (options & 0x2) != 0 ? "CRC32C" : "None";
        string digest = (options & 0x8) != 0 ? "CRC32C" : "None";
        string login =
            (options & 0x800) != 0 ? "None"
            : (options & 0x1000) != 0 ? "CHAP_UNI"
            : "CHAP_BI";
        string protocol = U16(data, 0) == 0 ? "TCP" : "reserved";
        return $"iSCSI({Ascii(data[14..])},{X(U16(data, 12))},0x{Hex(data[4..12])},{header},{digest},{login},{protocol})";
    }

    /// <summary>IsIPv6 (1 byte), then addresses of 16 bytes each.</summary>
    private static string Dns(ReadOnlySpan<byte> data)
    {
        const int Most = 64;
        List<string> servers = [];
        for (int at = 1; at + Ip6Size <= data.Length && servers.Count < Most; at += Ip6Size)
        {
            servers.Add(data[0] == 0 ? Address4(data, at) : Address6(data, at));
        }

        return $"Dns({string.Join(',', servers)})";
    }
}
