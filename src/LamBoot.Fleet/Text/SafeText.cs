using System.Globalization;
using System.Text;

namespace LamBoot.Fleet.Text;

/// <summary>Text that a guest wrote, made fit for a terminal or a log line.</summary>
public static class SafeText
{
    /// <summary>
    /// Escapes what could act on a terminal or deceive a reader: control characters, marks that change the direction of
    /// writing and other invisible ones, separators of lines, and the backslash itself, as <c>\u{1b}</c>.
    /// </summary>
    public static string Escape(string text) => Escape(text, escapeBackslash: true);

    /// <summary>
    /// A line of our own that may hold such text: as <see cref="Escape(string)"/>, but for the backslash, so that what is escaped
    /// already stays as it is.
    /// </summary>
    public static string EscapeLine(string line) => Escape(line, escapeBackslash: false);

    /// <summary>A text of at most so many UTF-16 units, the last an ellipsis where it was cut.</summary>
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
