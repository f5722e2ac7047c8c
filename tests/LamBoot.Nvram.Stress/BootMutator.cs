using System.Buffers.Binary;
using System.Text;
using LamBoot.Nvram.Layout;

namespace LamBoot.Nvram.Stress;

/// <summary>Turns an entry into a crash record or boot entry that nobody would write, or damages an existing one.</summary>
internal sealed class BootMutator(Random random)
{
    // AUTHENTICATED_VARIABLE_HEADER.
    private const int HeaderSize = 60;
    private const int NameSizeAt = 36;
    private const int VendorAt = 44;

    private static readonly Guid LinuxCrash = new("cfc8fc79-be2e-4ddc-97f0-9f98bfe298a0");
    private static readonly string[] Words =
    [
        "Panic#1 Part1\n",
        "Oops#1 Part2\n",
        "<0>",
        "<12>",
        "<4294967296>",
        "[    1.5] ",
        "[   T1] ",
        "Kernel panic - not syncing: ",
        "BUG: ",
        " [#1] ",
        "---[ end trace ",
        "\u001b[31m",
        "\n",
    ];

    /// <summary>Changes the entry at an offset.</summary>
    public void Change(byte[] image, int at)
    {
        if (at + HeaderSize + 128 > image.Length)
        {
            return;
        }

        Span<byte> entry = image.AsSpan(at);
        int nameSize = Math.Clamp(BinaryPrimitives.ReadInt32LittleEndian(entry[NameSizeAt..]), 0, 96);
        int dataSize = BinaryPrimitives.ReadInt32LittleEndian(entry[(NameSizeAt + 4)..]);
        Span<byte> rest = entry[(HeaderSize + nameSize)..];
        Span<byte> data = rest[..Math.Clamp(dataSize, 0, rest.Length)];
        switch (random.Next(6))
        {
            case 0:
                Rename(
                    entry,
                    nameSize,
                    LinuxCrash,
                    $"dump-type0-{random.Next(4)}-{random.Next(3)}-{random.Next(30)}-C"
                );
                break;
            case 1:
                Rename(entry, nameSize, LinuxCrash, $"dump-type0-{random.Next(4)}-1-{random.Next(30)}-D");
                Talk(data);
                break;
            case 2:
                Rename(entry, nameSize, EfiGuids.GlobalVariable, $"Boot{random.Next(20):X4}");
                Nodes(data, random.Next(60));
                break;
            case 3:
                Nodes(data, 0);
                break;
            case 4 when data.Length > 0:
                data[random.Next(data.Length)] = (byte)random.Next(256);
                break;
            default:
                random.NextBytes(data[..Math.Min(data.Length, random.Next(64))]);
                break;
        }
    }

    /// <summary>Renames an entry if it has room; the rest of its bytes stay unchanged.</summary>
    private static void Rename(Span<byte> entry, int nameSize, Guid vendor, string name)
    {
        vendor.TryWriteBytes(entry[VendorAt..]);
        byte[] bytes = Encoding.Unicode.GetBytes(name + "\0");
        int size = Math.Min(bytes.Length, nameSize);
        bytes.AsSpan(0, size).CopyTo(entry[HeaderSize..]);
        if (bytes.Length <= nameSize)
        {
            BinaryPrimitives.WriteInt32LittleEndian(entry[NameSizeAt..], bytes.Length);
        }
    }

    private void Talk(Span<byte> data)
    {
        while (!data.IsEmpty)
        {
            byte[] word = Encoding.UTF8.GetBytes(Words[random.Next(Words.Length)]);
            int size = Math.Min(word.Length, data.Length);
            word.AsSpan(0, size).CopyTo(data);
            data = data[size..];
        }
    }

    /// <summary>Device path nodes of any type, most with the length that they state.</summary>
    private void Nodes(Span<byte> data, int from)
    {
        data = data[Math.Min(from, data.Length)..];
        while (data.Length >= 4)
        {
            int length = Math.Min(data.Length, 4 + random.Next(45));
            data[0] = (byte)(random.Next(12) == 0 ? 0x7f : random.Next(1, 6));
            data[1] = (byte)random.Next(36);
            BinaryPrimitives.WriteUInt16LittleEndian(
                data[2..],
                (ushort)(random.Next(20) == 0 ? random.Next(70) : length)
            );
            data = data[length..];
        }
    }
}
