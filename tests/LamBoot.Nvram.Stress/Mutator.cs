using System.Buffers.Binary;
using LamBoot.Nvram.Layout;
using LamBoot.Nvram.Variables;

namespace LamBoot.Nvram.Stress;

/// <summary>Damages images in sensitive places (headers, sizes, states, the working block) and elsewhere.</summary>
internal sealed class Mutator(Random random, byte[][] corpus)
{
    private readonly BootMutator _boots = new(random);
    private static readonly uint[] Sizes = [0, 1, 2, 3, 4, 15, 16, 60, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff];

    private static readonly byte[] States = [0xff, 0x7f, 0x3f, 0x3e, 0x3d, 0x3c, 0x00];

    /// <summary>Returns an image that no firmware wrote.</summary>
    public byte[] Next()
    {
        byte[] image = (byte[])corpus[random.Next(corpus.Length)].Clone();
        List<int> headers = Headers(image);
        for (int changes = random.Next(1, 12); changes > 0; changes--)
        {
            Change(image, headers);
        }

        if (random.Next(2) == 0 && image.Length > 52)
        {
            HostileImages.Seal(image);
        }

        return random.Next(8) == 0 ? image[..random.Next(image.Length + 1)] : image;
    }

    private void Change(byte[] image, List<int> headers)
    {
        int header = headers.Count == 0 ? 72 : headers[random.Next(headers.Count)];
        switch (random.Next(12))
        {
            case 0:
                image[random.Next(image.Length)] = (byte)random.Next(256);
                break;
            case 1:
                image[random.Next(Math.Min(image.Length, 128))] ^= (byte)(1 << random.Next(8));
                break;
            case 2:
                image[Math.Min(header + 2, image.Length - 1)] = States[random.Next(States.Length)];
                break;
            case 3:
                Write(image, header + (random.Next(2) == 0 ? 36 : 40), Size(image));
                break;
            case 4:
                Write(image, header + (4 * random.Next(11)), Size(image));
                break;
            case 5:
                WorkingBlock(image);
                break;
            case 6:
                image.AsSpan(Range(image)).Fill(random.Next(2) == 0 ? (byte)0xff : (byte)0);
                break;
            case 7:
                Splice(image);
                break;
            case 8:
                SignatureList(image);
                break;
            case 9:
            case 10:
                _boots.Change(image, header);
                break;
            default:
                Write(image, 72 + (4 * random.Next(7)), Size(image));
                break;
        }
    }

    private uint Size(byte[] image) =>
        random.Next(3) == 0 ? (uint)random.Next(image.Length + 64) : Sizes[random.Next(Sizes.Length)];

    private void WorkingBlock(byte[] image)
    {
        foreach (int block in new[] { 0xf000, 0x41000, 0x40000 })
        {
            if (image.Length > block + 200 && image[block] == 0x2b)
            {
                byte value = random.Next(2) == 0 ? (byte)random.Next(256) : (byte)(0xf8 | random.Next(8));
                image[block + (random.Next(3) == 0 ? random.Next(200) : 32 + (40 * random.Next(2)))] = value;
            }
        }
    }

    /// <summary>Damages a list in PK, KEK, db or dbx: its sizes, or a certificate's first fields.</summary>
    private void SignatureList(byte[] image)
    {
        int list = image.AsSpan().IndexOf(EfiGuids.CertX509.ToByteArray());
        if (list >= 0 && random.Next(2) == 0)
        {
            Write(image, list + 16 + (4 * random.Next(3)), Size(image));
        }
        else if (list >= 0 && list + 400 < image.Length)
        {
            image[list + 44 + random.Next(350)] = (byte)random.Next(256);
        }
    }

    private void Splice(byte[] image)
    {
        byte[] other = corpus[random.Next(corpus.Length)];
        int length = random.Next(1, Math.Min(8192, Math.Min(image.Length, other.Length)));
        other
            .AsSpan(random.Next(other.Length - length + 1), length)
            .CopyTo(image.AsSpan(random.Next(image.Length - length + 1)));
    }

    private Range Range(byte[] image)
    {
        int length = random.Next(Math.Min(image.Length, 0x2000));
        int start = random.Next(image.Length - length + 1);
        return start..(start + length);
    }

    private static void Write(byte[] image, int at, uint value)
    {
        if (at + 4 <= image.Length)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(image.AsSpan(at), value);
        }
    }

    private static List<int> Headers(byte[] image)
    {
        List<int> headers = [];
        if (VariableStore.TryOpen(image, image.Length, out VariableStore store, out _))
        {
            foreach (VariableEntry entry in store.Entries)
            {
                headers.Add(store.Offset + entry.Offset);
            }
        }

        return headers;
    }
}
