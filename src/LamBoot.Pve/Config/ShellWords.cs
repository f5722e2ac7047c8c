using System.Text;

namespace LamBoot.Pve.Config;

/// <summary>A word of a line with its position.</summary>
/// <param name="Value">The word, with quotes and backslashes resolved.</param>
/// <param name="Start">The index of its first character in the line.</param>
/// <param name="End">The index after its last character.</param>
internal readonly record struct ShellWord(string Value, int Start, int End);

/// <summary>
/// Splits a line as Proxmox VE splits <c>args</c>: like Perl's Text::ParseWords::shellwords. White space separates words; both kinds of
/// quotes and the backslash quote; within single quotes, a backslash keeps a quote from ending the word, and is itself kept. An unclosed
/// quote, or a backslash at the very end, makes the whole line empty.
/// </summary>
internal static class ShellWords
{
    /// <summary>Perl's <c>\s</c> on bytes.</summary>
    public static bool IsWhiteSpace(char c) => c is ' ' or (>= '\t' and <= '\r');

    /// <summary>Splits a line; null if a quote is not closed.</summary>
    public static List<ShellWord>? Split(string line)
    {
        List<ShellWord> words = [];
        StringBuilder word = new();
        int at = 0;
        while (true)
        {
            while (at < line.Length && IsWhiteSpace(line[at]))
            {
                at++;
            }

            if (at == line.Length)
            {
                return words;
            }

            int start = at;
            if (!TakeWord(line, ref at, word.Clear()))
            {
                return null;
            }

            words.Add(new(word.ToString(), start, at));
        }
    }

    private static bool TakeWord(string line, ref int at, StringBuilder word)
    {
        while (at < line.Length && !IsWhiteSpace(line[at]))
        {
            char c = line[at++];
            if (c is '"' or '\'')
            {
                if (!TakeQuoted(line, ref at, c, word))
                {
                    return false;
                }
            }
            else if (c != '\\')
            {
                word.Append(c);
            }
            else if (at < line.Length)
            {
                word.Append(line[at++]);
            }
            else
            {
                return false;
            }
        }

        return true;
    }

    private static bool TakeQuoted(string line, ref int at, char quote, StringBuilder word)
    {
        while (at < line.Length && line[at] != quote)
        {
            if (line[at] == '\\')
            {
                if (quote == '\'')
                {
                    word.Append('\\');
                }

                if (++at == line.Length)
                {
                    return false;
                }
            }

            word.Append(line[at++]);
        }

        return at++ < line.Length;
    }
}
