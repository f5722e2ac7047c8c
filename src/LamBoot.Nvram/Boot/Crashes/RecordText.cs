using System.IO.Compression;
using System.Text;

namespace LamBoot.Nvram.Boot.Crashes;

/// <summary>
/// The content of a record (fs/pstore/platform.c, pstore_dump): a line <c>Panic#1 Part1</c>, then lines of the kernel log, plain or
/// deflated. The deflate stream is raw since 4.19 and had a zlib header (RFC 1950) before.
/// </summary>
internal sealed class RecordText
{
    /// <summary>The maximum number of bytes taken from a record, inflated; a kernel's own has 2 to 40 KB.</summary>
    public const int MaximumSize = 64 << 10;

    private const int ZlibHeaderSize = 2;
    private const int MaximumWord = 16;
    private const int LongestHeader = 64;
    private const int Step = 128;

    private readonly byte[] _buffer = new byte[MaximumSize + 1];

    /// <summary>Why the dump was made (kmsg_dump_reason_str).</summary>
    public CrashKind Kind { get; private set; }

    /// <summary>The lines of the log, each with its level.</summary>
    public string Lines { get; private set; } = "";

    /// <summary>Its size in the store, in bytes.</summary>
    public int Size { get; private set; }

    /// <summary>Whether there is more than was taken.</summary>
    public bool IsCutOff { get; private set; }

    /// <summary>
    /// Whether it ends in the middle of a line, which a kernel's own never does: its stream is truncated or damaged there.
    /// </summary>
    public bool IsDamaged { get; private set; }

    /// <summary>Reads the data of a record.</summary>
    /// <returns>Whether it is kernel text.</returns>
    public bool Read(ReadOnlySpan<byte> data, bool isCompressed)
    {
        Size = data.Length;
        if (!isCompressed)
        {
            return Take(data);
        }

        return (HasZlibHeader(data) && Take(Inflate(data[ZlibHeaderSize..]))) || Take(Inflate(data));
    }

    /// <summary>
    /// Whether the data begins with CMF and FLG, without a dictionary. A raw stream may begin that way too; then its text decides.
    /// </summary>
    private static bool HasZlibHeader(ReadOnlySpan<byte> data)
    {
        const int Deflate = 8;
        const int Dictionary = 0x20;
        return data.Length > ZlibHeaderSize
            && (data[0] & 0xf) == Deflate
            && (data[1] & Dictionary) == 0
            && ((data[0] << 8) | data[1]) % 31 == 0;
    }

    /// <summary>Inflates a record; if it does not begin like kernel text, no more than its beginning.</summary>
    private ReadOnlySpan<byte> Inflate(ReadOnlySpan<byte> data)
    {
        using MemoryStream deflated = new(data.ToArray());
        using DeflateStream stream = new(deflated, CompressionMode.Decompress);
        int count = Fill(stream, 0, LongestHeader);
        return IsHeader(_buffer.AsSpan(0, count)) ? _buffer.AsSpan(0, Fill(stream, count, _buffer.Length)) : [];
    }

    /// <summary>Reads on in small steps: a step that meets damage returns nothing, even though zlib has inflated what precedes it.</summary>
    private int Fill(DeflateStream stream, int count, int wanted)
    {
        try
        {
            int read;
            do
            {
                read = stream.Read(_buffer, count, Math.Min(wanted - count, Step));
                count += read;
            } while (read > 0);
        }
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
            // What precedes the damage counts.
        }

        return count;
    }

    private bool Take(ReadOnlySpan<byte> text)
    {
        IsCutOff = text.Length > MaximumSize;
        IsDamaged = text is not [.., (byte)'\n'];
        text = text[..Math.Min(text.Length, MaximumSize)];
        int end = text.IndexOf((byte)'\n');
        ReadOnlySpan<byte> header = end < 0 ? text : text[..end];
        if (!IsHeader(header))
        {
            return false;
        }

        Kind = KindOf(header[..header.IndexOf((byte)'#')]);
        Lines = Encoding.UTF8.GetString(text[(header.Length + (end < 0 ? 0 : 1))..]);
        return true;
    }

    /// <summary>The kind of dump: anything that is neither a panic nor an oops is a log saved at a shutdown or restart.</summary>
    private static CrashKind KindOf(ReadOnlySpan<byte> word) =>
        word.SequenceEqual("Panic"u8) ? CrashKind.KernelPanic
        : word.SequenceEqual("Oops"u8) ? CrashKind.KernelOops
        : CrashKind.NoCrash;

    /// <summary>Whether a text begins with <c>Panic#1 Part1</c>, complete or truncated.</summary>
    private static bool IsHeader(ReadOnlySpan<byte> text)
    {
        int word = text.IndexOf((byte)'#');
        return word is > 0 and <= MaximumWord && text.IndexOf(" Part"u8) > word && IsLetters(text[..word]);
    }

    private static bool IsLetters(ReadOnlySpan<byte> word)
    {
        foreach (byte letter in word)
        {
            if (!char.IsAsciiLetter((char)letter))
            {
                return false;
            }
        }

        return true;
    }
}
