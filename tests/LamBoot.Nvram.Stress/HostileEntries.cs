using System.Text;
using LamBoot.Nvram.Layout;
using LamBoot.Testing.Stores;

namespace LamBoot.Nvram.Stress;

/// <summary>Stores full of boot entries designed to be slow, to use up memory, or to act on a terminal.</summary>
internal static class HostileEntries
{
    private const int Size = FirmwareVolume.MaximumLength;
    private const int FvHeaderLength = 72;
    private const int Room = 512; // for headers, names, and the end of the list
    private static readonly byte[] End = [0x7f, 0xff, 4, 0];

    /// <summary>The images with their names.</summary>
    public static IEnumerable<(string Name, byte[] Image)> All =>
        [
            ("entries, as many as there are", Build(_ => Option("x", End))),
            (
                "an order of all numbers, and none of them there",
                Ordered(i => (ushort)(i + 0x8000), _ => Option("x", End))
            ),
            ("an order of one number", Ordered(_ => 1, _ => Option("x", End))),
            ("names as long as the store", Build(_ => Option(new('\u202e', 60_000), End))),
            ("names that never end", Build(_ => [1, 0, 0, 0, 0, 0, .. Enumerable.Repeat((byte)0x1b, 60_000)])),
            ("paths of empty nodes", Build(_ => Option("\u001b]0;x\u0007\r\n", Nodes([3, 5, 4, 0], 15_000)))),
            ("paths of instances", Build(_ => Option("%s\\", Nodes([0x7f, 1, 4, 0], 15_000)))),
            ("paths that go nowhere", Build(_ => Option("\ud800\udfff\0", Nodes([4, 4, 0, 0], 100)))),
            ("paths of files", Build(_ => Option("y", Nodes([4, 4, 8, 0, 0x1b, 0, 0x0a, 0], 7_000)))),
            (
                "paths that look like devices",
                Build(_ => Option("z", Nodes([4, 4, 16, 0, .. Encoding.Unicode.GetBytes("HD(1,)")], 4_000)))
            ),
        ];

    /// <summary>Entries that fill a store.</summary>
    private static byte[] Build(Func<int, byte[]> option) => Fill(New(), option);

    /// <summary>Entries after an order that takes up half of the store.</summary>
    private static byte[] Ordered(Func<int, ushort> number, Func<int, byte[]> option)
    {
        StoreWriter writer = New();
        byte[] order = [.. Enumerable.Range(0, Size / 4).SelectMany(i => BitConverter.GetBytes(number(i)))];
        writer.Add("BootOrder", order, vendor: EfiGuids.GlobalVariable);
        writer.Add("BootNext", [0xff, 0xff], vendor: EfiGuids.GlobalVariable);
        return Fill(writer, option);
    }

    private static StoreWriter New() => new(authenticated: false, storeSize: Size - FvHeaderLength, imageSize: Size);

    private static byte[] Fill(StoreWriter writer, Func<int, byte[]> option)
    {
        for (int i = 0; i <= ushort.MaxValue; i++)
        {
            byte[] data = option(i);
            if (writer.End + data.Length + Room > Size)
            {
                break;
            }

            writer.Add($"Boot{i:X4}", data, vendor: EfiGuids.GlobalVariable);
        }

        return writer.Image;
    }

    private static byte[] Option(string description, byte[] path) =>
        [
            1,
            0,
            0,
            0,
            .. BitConverter.GetBytes((ushort)path.Length),
            .. Encoding.Unicode.GetBytes(description + "\0"),
            .. path,
        ];

    private static byte[] Nodes(byte[] node, int count) =>
        [.. Enumerable.Repeat(node, count).SelectMany(bytes => bytes), .. End];
}
