using System.IO.Compression;
using System.Text;
using LamBoot.Nvram.Layout;
using LamBoot.Testing.Stores;

namespace LamBoot.Nvram.Stress;

/// <summary>Stores full of crash records designed to be slow, or to use up memory.</summary>
internal static class HostileCrashes
{
    private const int Size = FirmwareVolume.MaximumLength;
    private const int FvHeaderLength = 72;
    private const int RecordSize = 64 << 10;
    private static readonly Guid LinuxCrash = new("cfc8fc79-be2e-4ddc-97f0-9f98bfe298a0");

    /// <summary>The images with their names.</summary>
    public static IEnumerable<(string Name, byte[] Image)> All =>
        [
            ("a dump each, every one a bomb", Build(Bomb("x"), i => $"dump-type0-1-1-{i * 100}-C")),
            ("a bomb each part of one dump", Build(Bomb("x"), i => $"dump-type0-{i}-1-1000-C")),
            ("bombs of lines", Build(Bomb("<0>\n"), i => $"dump-type0-{i}-1-{i / 20 * 100}-C")),
            ("bombs that are no text", Build(Deflate(new byte[RecordSize]), i => $"dump-type0-{i}-1-1000-C")),
            ("bombs with a zlib header", Build([0x78, 0x01, .. Bomb("y")], i => $"dump-type0-{i}-1-1000-C")),
            ("copies of part 1", Build("Panic#1 Part1\n"u8.ToArray(), i => $"dump-type0-1-1-{i}-D")),
            ("doubled parts", Build("Oops#1 Part1\n"u8.ToArray(), i => $"dump-type0-{i / 2 + 1}-1-1000-{"CD"[i % 2]}")),
            ("every other part", Build("Panic#1 Part1\n<0>\n"u8.ToArray(), i => $"dump-type0-{2 * i}-1-1000-D")),
        ];

    private static byte[] Build(byte[] data, Func<int, string> name)
    {
        const int Room = 256; // for a header, a name, and the end of the list
        StoreWriter writer = new(authenticated: false, storeSize: Size - FvHeaderLength, imageSize: Size);
        for (int i = 1; writer.End + data.Length + Room < Size; i++)
        {
            writer.Add(name(i), data, vendor: LinuxCrash);
        }

        return writer.Image;
    }

    /// <summary>A record of one repeated word, twice as long as the part that is read.</summary>
    private static byte[] Bomb(string word)
    {
        StringBuilder text = new("Panic#1 Part1\n");
        while (text.Length < 2 * RecordSize)
        {
            text.Append(word);
        }

        return Deflate(Encoding.ASCII.GetBytes(text.ToString()));
    }

    private static byte[] Deflate(byte[] text)
    {
        using MemoryStream bytes = new();
        using (DeflateStream deflate = new(bytes, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            deflate.Write(text);
        }

        return bytes.ToArray();
    }
}
