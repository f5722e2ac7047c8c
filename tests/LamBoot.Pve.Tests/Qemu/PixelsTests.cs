using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using LamBoot.Pve.Qemu.Screen;

namespace LamBoot.Pve.Tests.Qemu;

/// <summary>Images as written by QEMU, scaled down, and as PNG.</summary>
public sealed class PixelsTests
{
    [Theory]
    [InlineData("P6\n2 1\n255\nabcdef", true)]
    [InlineData("P6\n2 1\n255\nabcde", false)] // truncated
    [InlineData("P6\n2 1\n255\nabcdefg", false)] // more than stated
    [InlineData("P5\n2 1\n255\nabcdef", false)]
    [InlineData("P6\n-2 -1\n255\nabcdef", false)]
    [InlineData("P6\n0 1\n255\n", false)]
    [InlineData("P6\n99999 99999\n255\nabcdef", false)]
    [InlineData("P6\n2147483647 2147483647\n255\nabc", false)]
    [InlineData("P6\n2 1\n65535\nabcdef", false)]
    [InlineData("P6\n2", false)]
    [InlineData("", false)]
    public void A_picture_is_all_there_or_none(string ppm, bool isPicture) =>
        (Pixels.ParsePpm(Encoding.ASCII.GetBytes(ppm)) is not null).ShouldBe(isPicture);

    [Fact]
    public void A_smaller_picture_has_the_means()
    {
        Pixels picture = new(3, 2, [0, 0, 0, 4, 8, 12, 9, 9, 9, 8, 16, 24, 0, 0, 0, 9, 9, 9]);

        Pixels half = picture.Shrink(2);

        (half.Width, half.Height).ShouldBe((1, 1));
        half.Bytes.ShouldBe<byte>([3, 6, 9]);
    }

    [Theory]
    [InlineData(2)] // with a palette
    [InlineData(256)]
    [InlineData(257)] // without
    [InlineData(5000)]
    public void A_PNG_has_the_same_pixels(int colours)
    {
        Pixels picture = Picture(100, 60, colours);

        Decode(Png.Write(picture)).ShouldBe(picture.Bytes);
    }

    [Fact]
    public void A_PNG_fits_at_some_size()
    {
        Pixels noise = new(640, 480, RandomBytes(640 * 480 * 3));

        byte[] file = Png.WriteWithin(noise, 1280, 48 << 10)!;

        file.Length.ShouldBeLessThanOrEqualTo(48 << 10);
        BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(16)).ShouldBe(640 / 5);
        Png.WriteWithin(noise, 1280, 100).ShouldBeNull();
        BinaryPrimitives.ReadInt32BigEndian(Png.WriteWithin(noise, 160, 1 << 20).AsSpan(16)).ShouldBe(160);
    }

    private static Pixels Picture(int width, int height, int colours)
    {
        byte[] bytes = new byte[3 * width * height];
        for (int i = 0; i < width * height; i++)
        {
            int colour = i % colours * 7919;
            (bytes[3 * i], bytes[(3 * i) + 1], bytes[(3 * i) + 2]) = (
                (byte)colour,
                (byte)(colour >> 8),
                (byte)(colour >> 16)
            );
        }

        return new(width, height, bytes);
    }

    private static byte[] RandomBytes(int count)
    {
        byte[] bytes = new byte[count];
        new Random(1).NextBytes(bytes);
        return bytes;
    }

    /// <summary>The pixels of one of our PNGs, decoded according to the specification.</summary>
    private static byte[] Decode(ReadOnlySpan<byte> file)
    {
        file[..8].ToArray().ShouldBe<byte>([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]);
        file[^12..].ToArray().ShouldBe<byte>([0, 0, 0, 0, 0x49, 0x45, 0x4E, 0x44, 0xAE, 0x42, 0x60, 0x82]);
        Dictionary<string, byte[]> chunks = [];
        for (file = file[8..]; !file.IsEmpty; )
        {
            int length = BinaryPrimitives.ReadInt32BigEndian(file);
            chunks.Add(Encoding.ASCII.GetString(file[4..8]), file[8..(8 + length)].ToArray());
            file = file[(12 + length)..];
        }

        int width = BinaryPrimitives.ReadInt32BigEndian(chunks["IHDR"]);
        int perPixel = chunks["IHDR"][9] == 3 ? 1 : 3;
        using ZLibStream stream = new(new MemoryStream(chunks["IDAT"]), CompressionMode.Decompress);
        using MemoryStream data = new();
        stream.CopyTo(data);
        byte[] lines = Unfilter(data.ToArray(), width * perPixel);
        return perPixel == 3 ? lines : [.. lines.SelectMany(index => chunks["PLTE"].AsSpan(3 * index, 3).ToArray())];
    }

    private static byte[] Unfilter(byte[] data, int length)
    {
        byte[] lines = new byte[data.Length / (length + 1) * length];
        for (int i = 0; i < lines.Length; i++)
        {
            int filter = data[i / length * (length + 1)];
            filter.ShouldBeOneOf(0, 2);
            byte above = filter == 2 && i >= length ? lines[i - length] : (byte)0;
            lines[i] = (byte)(data[(i / length * (length + 1)) + 1 + (i % length)] + above);
        }

        return lines;
    }
}
