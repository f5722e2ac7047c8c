using System.Text;
using Wcwidth;

namespace LamBoot.Fleet.Text;

/// <summary>How many columns of a terminal a text takes: an ideograph takes two, a combining mark none (wcwidth(3)).</summary>
public static class TextWidth
{
    /// <summary>The columns of a text. Sequences that colour it take none.</summary>
    /// <param name="text">A text that is escaped already.</param>
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

    /// <summary>How many lines of a terminal a line takes, at least one.</summary>
    /// <param name="line">The line.</param>
    /// <param name="columns">The terminal's columns.</param>
    public static int Rows(string line, int columns) => Math.Max(1, (Of(line) + columns - 1) / columns);

    /// <summary>A text of at most so many columns, the last an ellipsis where it was cut.</summary>
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

    /// <summary>A text with blanks behind it to so many columns.</summary>
    public static string Pad(string text, int columns) => text + new string(' ', Math.Max(columns - Of(text), 0));

    private static int Of(Rune rune) => Math.Max(UnicodeCalculator.GetWidth(rune), 0);
}
