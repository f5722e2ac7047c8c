using System.Globalization;
using System.Text;

namespace LamBoot.Fleet.Text;

/// <summary>Makes guest-written text safe for a terminal or a log line.</summary>
public static class SafeText
{
    /// <summary>
    /// Escapes whatever could act on a terminal or deceive a reader as <c>\u{1b}</c>: control characters, bidirectional and other invisible
    /// marks, line separators, and the backslash itself.
    /// </summary>
    public static string Escape(string text) => Escape(text, escapeBackslash: true);

    /// <summary>
    /// Escapes a line of our own that may contain such text: like <see cref="Escape(string)"/>, except for the backslash, so that already
    /// escaped text stays unchanged.
    /// </summary>
    public static string EscapeLine(string line) => Escape(line, escapeBackslash: false);

    /// <summary>Shortens a text to at most this many UTF-16 units, the last an ellipsis if the text was cut.</summary>
    public static string Shorten(string text, int length)
    {
        if (text.Length <= length)
        {
            return text;
        }

        int end = char.IsHighSurrogate(text[length - 2]) ? length - 2 : length - 1;
        return text[..end] + "…";
    }

    private static string Escape(string text, bool escapeBackslash)
    {
        ReadOnlySpan<char> plain = text;
        if (!plain.ContainsAnyExceptInRange(' ', '~') && !(escapeBackslash && plain.Contains('\\')))
        {
            return text;
        }

        StringBuilder safe = new(text.Length);
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (rune.Value == '\\' && escapeBackslash)
            {
                safe.Append(@"\\");
            }
            else if (IsPrintable(rune))
            {
                safe.Append(rune.ToString());
            }
            else
            {
                safe.Append(CultureInfo.InvariantCulture, $"\\u{{{rune.Value:x}}}");
            }
        }

        return safe.ToString();
    }

    private static bool IsPrintable(Rune rune) =>
        Rune.GetUnicodeCategory(rune)
            is not (
                UnicodeCategory.Control
                or UnicodeCategory.Format
                or UnicodeCategory.Surrogate
                or UnicodeCategory.PrivateUse
                or UnicodeCategory.OtherNotAssigned
                or UnicodeCategory.LineSeparator
                or UnicodeCategory.ParagraphSeparator
            );
}
