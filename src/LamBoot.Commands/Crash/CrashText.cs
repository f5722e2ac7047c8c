using LamBoot.Fleet.Crashes;
using LamBoot.Fleet.Text;

namespace LamBoot.Commands.Crash;

/// <summary>Crashes as text for people.</summary>
internal static class CrashText
{
    /// <summary>The newest crash in full, or a table of all.</summary>
    /// <param name="crashes">The crashes, newest first.</param>
    /// <param name="what">Whose they are.</param>
    /// <param name="isList">Whether a table was requested.</param>
    public static IEnumerable<string> Lines(IReadOnlyList<KeptCrash> crashes, string what, bool isList) =>
        crashes.Count == 0 ? [$"{SafeText.Escape(what)}: no crash records"]
        : isList ? Table(crashes)
        : Whole(crashes);

    /// <summary>The source of a crash and what is missing from it: one line each.</summary>
    public static IEnumerable<string> Facts(KeptCrash crash)
    {
        yield return $"{crash.Summary}";
        if (crash.Summary.At is { } at)
        {
            yield return $"at {UtcText.Format(at)} by the guest's clock";
        }

        if (crash.Flaws.Count > 0)
        {
            yield return $"incomplete: {SafeText.EscapeLine(string.Join("; ", crash.Flaws))}";
        }

        if (crash.File is { } file)
        {
            yield return $"kept in {file}";
        }
    }

    private static IEnumerable<string> Whole(IReadOnlyList<KeptCrash> crashes)
    {
        string more =
            crashes.Count > 1 ? $"{Plural.Of(crashes.Count - 1, "older crash", "older crashes")}: --list" : "";
        return [.. Facts(crashes[0]), .. more.Length > 0 ? [more] : Array.Empty<string>(), "", .. crashes[0].SafeLines];
    }

    private static IEnumerable<string> Table(IReadOnlyList<KeptCrash> crashes)
    {
        TextTable table = new("AT", "KEPT IN", "CRASH");
        foreach (KeptCrash crash in crashes)
        {
            string at = crash.Summary.At is { } time ? UtcText.Format(time) : "-";
            table.Add(
                at,
                crash.File is null ? "the guest's store only" : Path.GetFileName(crash.File),
                $"{crash.Summary}"
            );
        }

        return table.Lines();
    }
}
