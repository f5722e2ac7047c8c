using System.Text;
using System.Text.Encodings.Web;

namespace LamBoot.Fleet.Text;

/// <summary>
/// Escapes exactly what <see cref="JavaScriptEncoder.Default"/> escapes: everything beyond ASCII, control characters, and whatever HTML
/// could interpret. A test compares the two for all of Unicode. Handwritten because the default makes a post-stop take 5 % longer (0.13
/// ms).
/// </summary>
internal sealed unsafe class AsciiJsonEncoder : JavaScriptEncoder
{
    private const string HexDigits = "0123456789ABCDEF";
    private const int EscapeLength = 6; // \uXXXX

    public static AsciiJsonEncoder Instance { get; } = new();

    /// <inheritdoc/>
    public override int MaxOutputCharactersPerInputCharacter => 2 * EscapeLength;

    /// <inheritdoc/>
    public override bool WillEncode(int unicodeScalar) =>
        unicodeScalar is < ' ' or > '~' or '"' or '&' or '\'' or '+' or '<' or '>' or '\\' or '`';

    /// <inheritdoc/>
    public override int FindFirstCharacterToEncode(char* text, int textLength)
    {
        for (int i = 0; i < textLength; i++)
        {
            if (WillEncode(text[i]))
            {
                return i;
            }
        }

        return -1;
    }

    /// <inheritdoc/>
    public override bool TryEncodeUnicodeScalar(
        int unicodeScalar,
        char* buffer,
        int bufferLength,
        out int numberOfCharactersWritten
    )
    {
        Span<char> output = new(buffer, bufferLength);
        numberOfCharactersWritten = 0;
        if (ShortForm(unicodeScalar) is { } letter)
        {
            return Write(output, ['\\', letter], ref numberOfCharactersWritten);
        }

        Span<char> units = stackalloc char[2];
        int count = Rune.IsValid(unicodeScalar) ? new Rune(unicodeScalar).EncodeToUtf16(units) : 1;
        units[0] = count == 1 ? (char)unicodeScalar : units[0];
        foreach (char unit in units[..count])
        {
            if (!Write(output, Escape(unit), ref numberOfCharactersWritten))
            {
                numberOfCharactersWritten = 0;
                return false;
            }
        }

        return true;
    }

    private static char? ShortForm(int scalar) =>
        scalar switch
        {
            '\b' => 'b',
            '\t' => 't',
            '\n' => 'n',
            '\f' => 'f',
            '\r' => 'r',
            '\\' => '\\',
            _ => null,
        };

    private static char[] Escape(char unit) =>
        [
            '\\',
            'u',
            HexDigits[unit >> 12],
            HexDigits[(unit >> 8) & 15],
            HexDigits[(unit >> 4) & 15],
            HexDigits[unit & 15],
        ];

    private static bool Write(Span<char> output, ReadOnlySpan<char> text, ref int written)
    {
        if (!text.TryCopyTo(output[written..]))
        {
            return false;
        }

        written += text.Length;
        return true;
    }
}
