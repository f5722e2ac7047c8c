using static LamBoot.Nvram.Boot.Entries.NodeText;

namespace LamBoot.Nvram.Boot.Entries;

/// <summary>Hardware device paths (UEFI specification 10.3.2).</summary>
internal static class HardwareNode
{
    /// <summary>Formats a node; null if it is not one of these, or has another length.</summary>
    public static string? Format(byte subType, ReadOnlySpan<byte> data) =>
        (subType, data.Length) switch
        {
            (1, 2) => $"Pci({X(data[1])},{X(data[0])})", // the function comes before the device
            (2, 1) => $"PcCard({X(data[0])})",
            (3, 20) => $"MemoryMapped({X(U32(data, 0))},{X(U64(data, 4))},{X(U64(data, 12))})",
            (4, _) => Vendor("VenHw", data),
            (5, 4) => $"Ctrl({X(U32(data, 0))})",
            (6, 9) => $"BMC({X(data[0])},{X(U64(data, 1))})",
            _ => null,
        };
}
