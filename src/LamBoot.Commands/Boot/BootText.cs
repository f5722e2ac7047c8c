using LamBoot.Fleet.Text;

namespace LamBoot.Commands.Boot;

/// <summary>Boot entries as text for people; guest-written text is shortened and escaped.</summary>
internal static class BootText
{
    private const int MaximumDescription = 40;
    private const int MaximumPath = 160;
    private const int MaximumOrder = 32;

    /// <summary>The lines of <c>boot</c>: a table, and other settings that matter.</summary>
    public static IEnumerable<string> Lines(BootReport report)
    {
        TextTable table = new("ENTRY", "ORDER", "DESCRIPTION", "STATE", "LOADS");
        foreach (BootEntryReport entry in report.Entries)
        {
            string place = entry.Place is { } at ? $"{at}" : "-";
            table.Add(entry.Number, place, Name(entry.Description), State(entry), Path(entry));
        }

        return report.Entries.Count == 0
            ? ["no boot entries: the firmware creates them at the next boot", .. Rest(report)]
            : [.. table.Lines(), .. Rest(report)];
    }

    /// <summary>The facts for <c>inspect</c>: the order, and other settings that matter.</summary>
    public static IEnumerable<(string Label, string Text)> Facts(BootReport report)
    {
        IReadOnlyList<string> order = report.Order ?? [];
        IEnumerable<string> known = order
            .Take(MaximumOrder)
            .Select(number =>
                report.Entries.FirstOrDefault(entry => entry.Number == number) is { } entry
                    ? $"{number} '{Name(entry.Description)}'"
                    : $"{number} (no such entry)"
            );
        string more = order.Count > MaximumOrder ? $", {order.Count - MaximumOrder} more" : "";
        yield return ("boot order", order.Count == 0 ? "none" : string.Join(", ", known) + more);
        foreach (string line in Deciding(report))
        {
            yield return ("", line);
        }
    }

    /// <summary>An entry in one line: its name and the guest's description.</summary>
    public static string Entry(string number, string description) => $"{number} '{Name(description)}'";

    private static IEnumerable<string> Rest(BootReport report)
    {
        string[] missing = [.. report.Missing().Take(MaximumOrder)];
        if (missing.Length > 0)
        {
            yield return $"BootOrder names missing entries: {string.Join(", ", missing)}";
        }

        foreach (string line in Deciding(report))
        {
            yield return line;
        }

        foreach (string malformed in report.Malformed.Take(MaximumOrder))
        {
            yield return $"malformed: {SafeText.Escape(malformed)}";
        }
    }

    private static IEnumerable<string> Deciding(BootReport report)
    {
        if (report.Next is { } next)
        {
            string called = report.Entries.FirstOrDefault(entry => entry.Number == next) is { } entry
                ? Entry(next, entry.Description)
                : $"{next}, which does not exist";
            yield return $"next boot, once: {called} (BootNext)";
        }

        if (report.FirmwareMenu)
        {
            yield return "next boot: firmware menu (OsIndications)";
        }
    }

    private static string State(BootEntryReport entry)
    {
        string[] words =
        [
            .. entry.Malformed ? ["malformed"] : (string[])[],
            .. entry.Active ? (string[])[] : ["inactive"],
            .. entry.Hidden ? ["hidden"] : (string[])[],
            .. entry.AutoCreated ? ["by firmware"] : (string[])[],
            .. entry.Dead is { } reason
                ? [$"dead: {SafeText.Escape(SafeText.Shorten(reason, MaximumDescription))}"]
                : (string[])[],
        ];
        return words.Length == 0 ? "-" : string.Join(", ", words);
    }

    private static string Name(string description) =>
        SafeText.Escape(SafeText.Shorten(description.Trim(), MaximumDescription));

    // The backslashes in a path belong to it: UEFI writes \EFI\debian\shimx64.efi.
    private static string Path(BootEntryReport entry) => SafeText.EscapeLine(SafeText.Shorten(entry.Path, MaximumPath));
}
