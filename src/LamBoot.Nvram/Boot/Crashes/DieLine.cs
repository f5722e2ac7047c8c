using System.Buffers;

namespace LamBoot.Nvram.Boot.Crashes;

/// <summary>
/// The line that numbers an oops. x86's <c>__die_header</c> writes <c>Oops: 0000 [#1] PREEMPT SMP</c>, <c>divide error: 0000 [#1] SMP</c>
/// or both, <c>Oops: divide error: 0000 [#1] SMP</c>; arm64's <c>__die</c> <c>Internal error: Oops: 96000004 [#1] SMP</c>. A task's name,
/// which its user chose, stands in other lines of the kernel's, and looks like this if it wants to: the whole line counts.
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

    /// <summary>How the kernel was built, to the end of the line: <c>PREEMPT(voluntary) SMP NOPTI</c>.</summary>
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

    /// <summary><c>divide error: 0000</c>. No name of a trap has a colon, and every line that begins with another's has one more.</summary>
    private static bool IsNameAndCode(ReadOnlySpan<char> text)
    {
        int colon = text.IndexOf(": ");
        ReadOnlySpan<char> code = colon < 1 ? [] : text[(colon + 2)..];
        return code.Length is >= ShortestCode and <= LongestCode && !code.ContainsAnyExcept(HexadecimalDigits);
    }
}
