using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using LamBoot.Nvram.Layout;

namespace LamBoot.Nvram.Boot.Entries;

/// <summary>The building blocks of node texts: numbers as printed by edk2, uppercase GUIDs, bytes.</summary>
internal static class NodeText
{
    /// <summary>The maximum number of bytes taken from a node, which can be up to 64 KiB.</summary>
    private const int MaximumBytes = DevicePath.MaximumLength;

    public static ushort U16(ReadOnlySpan<byte> data, int at) => BinaryPrimitives.ReadUInt16LittleEndian(data[at..]);

    public static uint U32(ReadOnlySpan<byte> data, int at) => BinaryPrimitives.ReadUInt32LittleEndian(data[at..]);

    public static ulong U64(ReadOnlySpan<byte> data, int at) => BinaryPrimitives.ReadUInt64LittleEndian(data[at..]);

    /// <summary><c>0x1F</c>.</summary>
    public static string X(ulong number) => string.Create(CultureInfo.InvariantCulture, $"0x{number:X}");

    public static string Guid(ReadOnlySpan<byte> data, int at) =>
        new Guid(data.Slice(at, EfiGuids.Size)).ToString().ToUpperInvariant();

    public static string Hex(ReadOnlySpan<byte> data) =>
        Convert.ToHexString(data[..Math.Min(data.Length, MaximumBytes)]);

    /// <summary>UTF-16 text up to its NUL.</summary>
    public static string Utf16(ReadOnlySpan<byte> data)
    {
        string text = Encoding.Unicode.GetString(data[..(Math.Min(data.Length, MaximumBytes) & ~1)]);
        int end = text.IndexOf('\0', StringComparison.Ordinal);
        return end < 0 ? text : text[..end];
    }

    /// <summary>ASCII text up to its NUL; other bytes become U+FFFD, or what they mean in UTF-8.</summary>
    public static string Ascii(ReadOnlySpan<byte> data)
    {
        data = data[..Math.Min(data.Length, MaximumBytes)];
        int end = data.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? data : data[..end]);
    }

    /// <summary><c>VenHw(GUID,hex)</c> and the like: a vendor's GUID, and data that only the vendor understands.</summary>
    public static string? Vendor(string word, ReadOnlySpan<byte> data) =>
        data.Length < EfiGuids.Size ? null
        : data.Length == EfiGuids.Size ? $"{word}({Guid(data, 0)})"
        : $"{word}({Guid(data, 0)},{Hex(data[EfiGuids.Size..])})";
}
