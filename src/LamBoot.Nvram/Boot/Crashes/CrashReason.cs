namespace LamBoot.Nvram.Boot.Crashes;

/// <summary>
/// The line of a kernel's log that says why it crashed. A soft lockup's <c>watchdog: BUG: soft lockup</c> and a hung task's
/// <c>INFO: task</c> are none: the kernel goes on behind them, and where it is told to panic it says so in a panic's own line.
/// </summary>
internal static class CrashReason
{
    // kernel/panic.c, vpanic. Its buffer has 1024 bytes.
    private const string PanicMark = "Kernel panic - not syncing: ";
    private const int MaximumLength = 1024;

    // x86, exc_double_fault: nothing goes on behind it.
    private const string DoubleFault = "PANIC: double fault";

    // In front of die()'s line, where one of them says what happened; the kernel writes them as errors at least (KERN_ERR), and
    // what else it begins with a task's name is of a lower urgency.
    private static readonly string[] FirstLines = ["BUG: ", "kernel BUG at ", "Unable to handle kernel ", DoubleFault];
    private const int LeastUrgent = 3;

    // Reports that end in no oops.
    private static readonly string[] Warnings =
    [
        "BUG: soft lockup",
        "BUG: workqueue lockup",
        "BUG: sleeping function called",
        "BUG: scheduling while atomic",
    ];

    // What an older report ends with, so that no first line of another is taken for this one's.
    private const string EndMark = "---[ end trace ";
    private static readonly string[] OtherReports = [EndMark, "Call Trace:", "Call trace:", "Modules linked in:"];

    /// <summary>Finds the reason.</summary>
    /// <param name="kind">The kind of the dump.</param>
    /// <param name="text">Its text.</param>
    /// <param name="lines">The kernel's own lines in it.</param>
    /// <param name="hasGaps">Whether parts are missing, and with them maybe the reason.</param>
    /// <returns>The reason; null where no line says it.</returns>
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
    /// The dump is made where the oops's report ends. A line behind which two reports end is of an older one, where parts are
    /// missing; without gaps the newest of its kind is this one's.
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
        const int Most = 32; // arm64's description of the fault has some 20
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
