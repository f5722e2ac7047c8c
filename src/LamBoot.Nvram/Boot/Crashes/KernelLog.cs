using System.Globalization;
using System.Text;

namespace LamBoot.Nvram.Boot.Crashes;

/// <summary>A line written by the kernel itself.</summary>
/// <param name="Range">The range of its text, without its time stamp.</param>
/// <param name="Level">Its severity: 0 (KERN_EMERG) to 7 (KERN_DEBUG).</param>
internal readonly record struct KernelLine(Range Range, int Level)
{
    /// <summary>Whether a line starts with one of some texts.</summary>
    public static bool StartsWithAny(ReadOnlySpan<char> line, string[] texts)
    {
        foreach (string text in texts)
        {
            if (line.StartsWith(text))
            {
                return true;
            }
        }

        return false;
    }
}

/// <summary>
/// The text of a dump as it is assembled, and which of its lines the kernel itself wrote. A line begins with its facility and level,
/// <c>&lt;4&gt;</c>: 0 to 7 are the kernel's; 8 and up come from others, who can write anything through <c>/dev/kmsg</c>.
/// </summary>
internal sealed class KernelLog
{
    private const int FirstLevelOfOthers = 8;
    private const int MaximumDigits = 9;

    private readonly StringBuilder _text = new();
    private readonly List<KernelLine> _kernelLines = [];

    /// <summary>The text so far, without levels.</summary>
    public override string ToString() => _text.ToString();

    /// <summary>The kernel's own lines.</summary>
    public IReadOnlyList<KernelLine> KernelLines => _kernelLines;

    /// <summary>Appends the lines of a record, which are newer than those so far.</summary>
    /// <param name="lines">The lines.</param>
    /// <param name="beginsInside">Whether the first may be the rest of a line.</param>
    public void Append(ReadOnlySpan<char> lines, bool beginsInside)
    {
        while (!lines.IsEmpty)
        {
            int end = lines.IndexOf('\n');
            ReadOnlySpan<char> line = end < 0 ? lines : lines[..end];
            lines = end < 0 ? [] : lines[(end + 1)..];
            ReadOnlySpan<char> message = WithoutLevel(line, out int level);
            int start = _text.Length + TimeStampLength(message);
            _text.Append(message).Append('\n');
            if (level < FirstLevelOfOthers && !beginsInside)
            {
                _kernelLines.Add(new(start..(_text.Length - 1), level));
            }

            beginsInside = false;
        }
    }

    /// <summary>Removes the level, once: whatever follows is text, no matter what it looks like.</summary>
    private static ReadOnlySpan<char> WithoutLevel(ReadOnlySpan<char> line, out int level)
    {
        int end = line.IndexOf('>');
        if (
            end is < 2 or > MaximumDigits + 1
            || line[0] != '<'
            || !int.TryParse(line[1..end], NumberStyles.None, CultureInfo.InvariantCulture, out level)
        )
        {
            level = FirstLevelOfOthers;
            return line;
        }

        return line[(end + 1)..];
    }

    /// <summary>The length of <c>[    6.236686] </c> and of the caller after it, <c>[    T1] </c> (CONFIG_PRINTK_CALLER).</summary>
    private static int TimeStampLength(ReadOnlySpan<char> message)
    {
        int length = BracketLength(message, ".0123456789");
        length = length == 0 ? 0 : length + BracketLength(message[length..], "TC0123456789");
        return length < message.Length && length > 0 && message[length] == ' ' ? length + 1 : length;
    }

    private static int BracketLength(ReadOnlySpan<char> text, string characters)
    {
        if (text is not ['[', ..])
        {
            return 0;
        }

        ReadOnlySpan<char> inside = text[1..].TrimStart(' ');
        int length = inside.IndexOfAnyExcept(characters);
        return length > 0 && inside[length] == ']' ? text.Length - inside.Length + length + 1 : 0;
    }
}
