namespace LamBoot.Nvram.Boot.Crashes;

/// <summary>
/// Finds the line in a kernel log that says why the kernel crashed. A soft lockup's <c>watchdog: BUG: soft lockup</c> and a hung task's
/// <c>INFO: task</c> do not count: the kernel carries on after them, and if it is configured to panic, the panic has a line of its own.
/// </summary>
internal static class CrashReason
{
    // kernel/panic.c, vpanic. Its buffer is 1024 bytes.
    private const string PanicMark = "Kernel panic - not syncing: ";
    private const int MaximumLength = 1024;

    // x86, exc_double_fault: nothing continues after it.
    private const string DoubleFault = "PANIC: double fault";

    // Lines before the one from die(), one of which says what happened. The kernel prints them at KERN_ERR or above; other lines that may
    // begin the same, with a task's name, have a lower severity.
    private static readonly string[] FirstLines = ["BUG: ", "kernel BUG at ", "Unable to handle kernel ", DoubleFault];
    private const int LeastUrgent = 3;

    // Reports that do not end in an oops.
    private static readonly string[] Warnings =
    [
        "BUG: soft lockup",
        "BUG: workqueue lockup",
        "BUG: sleeping function called",
        "BUG: scheduling while atomic",
    ];

    // The end of an older report, so that the first line of another report is not taken for this one's.
    private const string EndMark = "---[ end trace ";
    private static readonly string[] OtherReports = [EndMark, "Call Trace:", "Call trace:", "Modules linked in:"];

    /// <summary>Finds the reason.</summary>
    /// <param name="kind">The kind of dump.</param>
    /// <param name="text">Its text.</param>
    /// <param name="lines">The kernel's own lines in it.</param>
    /// <param name="hasGaps">Whether parts are missing, possibly including the reason.</param>
    /// <returns>The reason; null if no line states it.</returns>
    public static string? Of(CrashKind kind, string text, IReadOnlyList<KernelLine> lines, bool hasGaps) =>
        kind switch
        {
            CrashKind.KernelPanic => OfPanic(text, lines),
            CrashKind.KernelOops => OfOops(text, lines, hasGaps),
            _ => null,
        };

    private static string? OfPanic(ReadOnlySpan<char> text, IReadOnlyList<KernelLine> lines)
    {
        string? doubleFault = null;
        for (int i = lines.Count - 1; i >= 0; i--)
        {
            ReadOnlySpan<char> line = text[lines[i].Range];
            if (line.StartsWith(PanicMark))
            {
                return Shorten(line[PanicMark.Length..]);
            }

            doubleFault ??= line.StartsWith(DoubleFault) ? Shorten(line) : null;
        }

        return doubleFault;
    }

    /// <summary>
    /// Finds the reason of an oops. The dump is made at the end of the oops report. If parts are missing, a line followed by the ends of
    /// two reports belongs to an older one; without gaps, the newest such line is the right one.
    /// </summary>
    private static string? OfOops(ReadOnlySpan<char> text, IReadOnlyList<KernelLine> lines, bool hasGaps)
    {
        int ends = 0;
        for (int i = lines.Count - 1; i >= 0; i--)
        {
            ReadOnlySpan<char> line = text[lines[i].Range];
            ends += line.StartsWith(EndMark) && line.EndsWith("]---") ? 1 : 0;
            if (hasGaps && ends > 1)
            {
                return null;
            }

            if (DieLine.Is(line))
            {
                return Shorten(text[lines[FirstLineOf(text, lines, i)].Range]);
            }

            if (hasGaps && IsFirst(line, lines[i].Level))
            {
                return Shorten(line);
            }
        }

        return null;
    }

    private static int FirstLineOf(ReadOnlySpan<char> text, IReadOnlyList<KernelLine> lines, int dieLine)
    {
        const int Most = 32; // arm64's description of the fault has some 20 lines
        for (int i = dieLine - 1; i >= 0 && i >= dieLine - Most; i--)
        {
            ReadOnlySpan<char> line = text[lines[i].Range];
            if (IsFirst(line, lines[i].Level))
            {
                return i;
            }

            if (ContainsAny(line, OtherReports) || DieLine.Is(line))
            {
                break;
            }
        }

        return dieLine;
    }

    private static bool IsFirst(ReadOnlySpan<char> line, int level) =>
        level <= LeastUrgent && KernelLine.StartsWithAny(line, FirstLines) && !KernelLine.StartsWithAny(line, Warnings);

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
