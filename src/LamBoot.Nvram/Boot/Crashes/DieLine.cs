using System.Buffers;

namespace LamBoot.Nvram.Boot.Crashes;

/// <summary>
/// The line that numbers an oops. On x86, <c>__die_header</c> prints <c>Oops: 0000 [#1] PREEMPT SMP</c>, <c>divide error: 0000 [#1]
/// SMP</c>, or both, <c>Oops: divide error: 0000 [#1] SMP</c>; on arm64, <c>__die</c> prints <c>Internal error: Oops: 96000004 [#1]
/// SMP</c>. Other kernel lines contain a task's name, which a user chose and which may imitate this, so the whole line must match.
/// </summary>
internal static class DieLine
{
    private const string Mark = " [#";
    private const int ShortestCode = 4; // %04lx
    private const int LongestCode = 16;
    private static readonly SearchValues<char> HexadecimalDigits = SearchValues.Create("0123456789abcdef");
    private static readonly string[] Starts = ["Oops: ", "Internal error: "];

    /// <summary>Whether a line is one.</summary>
    public static bool Is(ReadOnlySpan<char> line)
    {
        int mark = line.IndexOf(Mark);
        if (mark < 0)
        {
            return false;
        }

        ReadOnlySpan<char> number = line[(mark + Mark.Length)..];
        int digits = number.IndexOfAnyExceptInRange('0', '9');
        return digits > 0
            && number[digits] == ']'
            && AreFlags(number[(digits + 1)..])
            && (KernelLine.StartsWithAny(line[..mark], Starts) || IsNameAndCode(line[..mark]));
    }

    /// <summary>Whether the rest of the line is the kernel's build flags: <c>PREEMPT(voluntary) SMP NOPTI</c>.</summary>
    private static bool AreFlags(ReadOnlySpan<char> rest)
    {
        foreach (Range range in rest.Split(' '))
        {
            ReadOnlySpan<char> word = rest[range];
            bool isFlag = word.Length > 1 && char.IsAsciiLetterUpper(word[0]) && char.IsAsciiLetterUpper(word[1]);
            if (!word.IsEmpty && !isFlag)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>
    /// Whether a text is a trap's name and code: <c>divide error: 0000</c>. No trap's name contains a colon, and every line that begins
    /// with another text has a second one.
    /// </summary>
    private static bool IsNameAndCode(ReadOnlySpan<char> text)
    {
        int colon = text.IndexOf(": ");
        ReadOnlySpan<char> code = colon < 1 ? [] : text[(colon + 2)..];
        return code.Length is >= ShortestCode and <= LongestCode && !code.ContainsAnyExcept(HexadecimalDigits);
    }
}
