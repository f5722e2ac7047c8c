namespace LamBoot.Nvram.Boot.Crashes;

/// <summary>The line of a kernel's log that says why it crashed.</summary>
internal static class CrashReason
{
    // kernel/panic.c, vpanic. Its buffer has 1024 bytes.
    private const string PanicMark = "Kernel panic - not syncing: ";
    private const int MaximumLength = 1024;

    // die(): its line numbers the oops. Where a line in front of it says what happened, that is the first one.
    private const string DieMark = " [#";
    private const string EndMark = "---[ end trace ";
    private static readonly string[] FirstLines = ["BUG: ", "kernel BUG at ", "Unable to handle kernel "];

    // What an older report ends with, so that no first line of another is taken for this one's.
    private static readonly string[] OtherReports =
    [
        EndMark,
        "Call Trace:",
        "Call trace:",
        "Modules linked in:",
        DieMark,
    ];

    /// <summary>Finds the reason.</summary>
    /// <param name="kind">The kind of the dump.</param>
    /// <param name="text">Its text.</param>
    /// <param name="lines">The kernel's own lines in it.</param>
    /// <param name="hasGaps">Whether parts are missing, and with them maybe the reason.</param>
    /// <returns>The reason; null where no line says it.</returns>
    public static string? Of(CrashKind kind, string text, IReadOnlyList<Range> lines, bool hasGaps) =>
        kind switch
        {
            CrashKind.KernelPanic => OfPanic(text, lines),
            CrashKind.KernelOops => OfOops(text, lines, hasGaps),
            _ => null,
        };

    private static string? OfPanic(ReadOnlySpan<char> text, IReadOnlyList<Range> lines)
    {
        for (int i = lines.Count - 1; i >= 0; i--)
        {
            if (text[lines[i]].StartsWith(PanicMark))
            {
                return Shorten(text[lines[i]][PanicMark.Length..]);
            }
        }

        return null;
    }

    /// <summary>
    /// The dump is made where the oops's report ends. A line behind which two reports end is of an older one, where parts are
    /// missing; without gaps the newest of its kind is this one's.
    /// </summary>
    private static string? OfOops(ReadOnlySpan<char> text, IReadOnlyList<Range> lines, bool hasGaps)
    {
        int ends = 0;
        for (int i = lines.Count - 1; i >= 0; i--)
        {
            ReadOnlySpan<char> line = text[lines[i]];
            ends += line.StartsWith(EndMark) ? 1 : 0;
            if (hasGaps && ends > 1)
            {
                return null;
            }

            if (IsDieLine(line))
            {
                return Shorten(text[lines[FirstLineOf(text, lines, i)]]);
            }

            if (hasGaps && StartsWithAny(line, FirstLines))
            {
                return Shorten(line);
            }
        }

        return null;
    }

    private static int FirstLineOf(ReadOnlySpan<char> text, IReadOnlyList<Range> lines, int dieLine)
    {
        const int Most = 32; // arm64's description of the fault has some 20
        for (int i = dieLine - 1; i >= 0 && i >= dieLine - Most; i--)
        {
            ReadOnlySpan<char> line = text[lines[i]];
            if (StartsWithAny(line, FirstLines))
            {
                return i;
            }

            if (ContainsAny(line, OtherReports))
            {
                break;
            }
        }

        return dieLine;
    }

    /// <summary><c>Oops: 0000 [#1] PREEMPT SMP</c>.</summary>
    private static bool IsDieLine(ReadOnlySpan<char> line)
    {
        int mark = line.IndexOf(DieMark);
        ReadOnlySpan<char> number = mark < 0 ? [] : line[(mark + DieMark.Length)..];
        int digits = number.IndexOfAnyExceptInRange('0', '9');
        return digits > 0 && number[digits] == ']';
    }

    private static bool StartsWithAny(ReadOnlySpan<char> line, string[] texts)
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

    private static bool ContainsAny(ReadOnlySpan<char> line, string[] texts)
    {
        foreach (string text in texts)
        {
            if (line.Contains(text, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }

    private static string Shorten(ReadOnlySpan<char> line) =>
        line[..Math.Min(line.Length, MaximumLength)].TrimEnd().ToString();
}
