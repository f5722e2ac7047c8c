using System.Text;
using Wcwidth;

namespace LamBoot.Fleet.Text;

/// <summary>The number of terminal columns that a text takes up: two for an ideograph, none for a combining mark (wcwidth(3)).</summary>
public static class TextWidth
{
    /// <summary>The width of a text in columns. Color sequences take up none.</summary>
    /// <param name="text">An already escaped text.</param>
    public static int Of(string text)
    {
        if (!text.AsSpan().ContainsAnyExceptInRange(' ', '~'))
        {
            return text.Length;
        }

        int width = 0;
        bool isSequence = false;
        foreach (Rune rune in text.EnumerateRunes())
        {
            isSequence |= rune.Value == '\u001b';
            width += isSequence ? 0 : Of(rune);
            isSequence &= rune.Value != 'm';
        }

        return width;
    }

    /// <summary>The number of terminal lines that a line takes up, at least one.</summary>
    /// <param name="line">The line.</param>
    /// <param name="columns">The terminal's columns.</param>
    public static int Rows(string line, int columns) => Math.Max(1, (Of(line) + columns - 1) / columns);

    /// <summary>Cuts a text to at most this many columns, the last an ellipsis if the text was cut.</summary>
    public static string Cut(string text, int columns)
    {
        if (Of(text) <= columns)
        {
            return text;
        }

        int width = 0;
        int length = 0;
        foreach (Rune rune in text.EnumerateRunes())
        {
            width += Of(rune);
            if (width >= columns)
            {
                break;
            }

            length += rune.Utf16SequenceLength;
        }

        return text[..length] + "…";
    }

    /// <summary>Pads a text with spaces to this many columns.</summary>
    public static string Pad(string text, int columns) => text + new string(' ', Math.Max(columns - Of(text), 0));

    private static int Of(Rune rune) => Math.Max(UnicodeCalculator.GetWidth(rune), 0);
}
