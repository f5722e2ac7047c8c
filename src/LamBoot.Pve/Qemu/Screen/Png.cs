using System.Buffers.Binary;
using System.IO.Compression;

namespace LamBoot.Pve.Qemu.Screen;

/// <summary>Writes images as PNG (w3.org/TR/png-3).</summary>
public static class Png
{
    private const int PerPixel = 3;
    private const int MostColours = 256; // in a palette
    private const byte TrueColour = 2;
    private const byte Indexed = 3;
    private const byte NoFilter = 0;
    private const byte Up = 2;

    private static readonly uint[] Crcs = [.. Enumerable.Range(0, 256).Select(value => CrcOf((uint)value))];

    /// <summary>Writes an image that fits: at its full size, else at a half, a third, … of it.</summary>
    /// <param name="picture">The image.</param>
    /// <param name="width">The maximum width in pixels.</param>
    /// <param name="limit">The maximum size in bytes.</param>
    /// <returns>The file; null if it fits at no size that still shows something.</returns>
    public static byte[]? WriteWithin(Pixels picture, int width, int limit)
    {
        const int Sizes = 8;
        int first = (picture.Width + width - 1) / width;
        for (int by = first; by < first + Sizes; by++)
        {
            byte[] file = Write(by == 1 ? picture : picture.Shrink(by));
            if (file.Length <= limit)
            {
                return file;
            }
        }

        return null;
    }

    /// <summary>
    /// Writes an image; with few colors, as on a text console, it uses a palette, which takes at most a third of the size.
    /// </summary>
    public static byte[] Write(Pixels picture)
    {
        Dictionary<int, byte>? palette = PaletteOf(picture);
        byte[] head = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(head, picture.Width);
        BinaryPrimitives.WriteInt32BigEndian(head.AsSpan(4), picture.Height);
        (head[8], head[9]) = (8, palette is null ? TrueColour : Indexed); // bit depth and color type; everything else is 0

        using MemoryStream file = new();
        file.Write([0x89, (byte)'P', (byte)'N', (byte)'G', (byte)'\r', (byte)'\n', 0x1A, (byte)'\n']);
        Chunk(file, "IHDR"u8, head);
        if (palette is not null)
        {
            Chunk(
                file,
                "PLTE"u8,
                [
                    .. palette.Keys.SelectMany(colour =>
                        (byte[])[(byte)(colour >> 16), (byte)(colour >> 8), (byte)colour]
                    ),
                ]
            );
        }

        Chunk(file, "IDAT"u8, Compress(picture, palette));
        Chunk(file, "IEND"u8, []);
        return file.ToArray();
    }

    /// <summary>The colors with their palette indexes, in that order; null if there are too many.</summary>
    private static Dictionary<int, byte>? PaletteOf(Pixels picture)
    {
        Dictionary<int, byte> palette = [];
        int last = -1;
        for (int at = 0; at < picture.Bytes.Length; at += PerPixel)
        {
            int colour = ColourAt(picture, at);
            if (colour == last || palette.ContainsKey(last = colour))
            {
                continue;
            }

            if (palette.Count == MostColours)
            {
                return null;
            }

            palette.Add(colour, (byte)palette.Count);
        }

        return palette;
    }

    private static int ColourAt(Pixels picture, int at) =>
        (picture.Bytes[at] << 16) | (picture.Bytes[at + 1] << 8) | picture.Bytes[at + 2];

    private static byte[] Compress(Pixels picture, Dictionary<int, byte>? palette)
    {
        using MemoryStream compressed = new();
        using (ZLibStream stream = new(compressed, CompressionLevel.Optimal))
        {
            for (int y = 0; y < picture.Height; y++)
            {
                stream.Write(palette is null ? LineAsDifference(picture, y) : LineOfNumbers(picture, y, palette));
            }
        }

        return compressed.ToArray();
    }

    private static byte[] LineOfNumbers(Pixels picture, int y, Dictionary<int, byte> palette)
    {
        byte[] line = new byte[1 + picture.Width];
        line[0] = NoFilter;
        for (int x = 0; x < picture.Width; x++)
        {
            line[1 + x] = palette[ColourAt(picture, PerPixel * ((y * picture.Width) + x))];
        }

        return line;
    }

    /// <summary>A row as its difference from the row above.</summary>
    private static byte[] LineAsDifference(Pixels picture, int y)
    {
        int length = PerPixel * picture.Width;
        byte[] line = new byte[1 + length];
        line[0] = Up;
        for (int i = 0; i < length; i++)
        {
            int at = (y * length) + i;
            line[1 + i] = (byte)(picture.Bytes[at] - (y == 0 ? 0 : picture.Bytes[at - length]));
        }

        return line;
    }

    private static void Chunk(MemoryStream file, ReadOnlySpan<byte> kind, ReadOnlySpan<byte> data)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        file.Write(number);
        file.Write(kind);
        file.Write(data);
        BinaryPrimitives.WriteUInt32BigEndian(number, ~Crc(Crc(uint.MaxValue, kind), data));
        file.Write(number);
    }

    private static uint Crc(uint crc, ReadOnlySpan<byte> bytes)
    {
        foreach (byte value in bytes)
        {
            crc = Crcs[(byte)(crc ^ value)] ^ (crc >> 8);
        }

        return crc;
    }

    private static uint CrcOf(uint value)
    {
        const uint Polynomial = 0xEDB88320; // of the CRC that PNG shares with zip
        for (int bit = 0; bit < 8; bit++)
        {
            value = (value & 1) == 0 ? value >> 1 : Polynomial ^ (value >> 1);
        }

        return value;
    }
}
