using System.Globalization;

namespace LamBoot.Nvram.Boot.Crashes;

/// <summary>What is missing or inconsistent in a dump, as plain English lines.</summary>
internal sealed class DumpFlaws
{
    private const int MostNamed = 8;

    /// <summary>Parts that occur more than once.</summary>
    public List<uint> Doubled { get; } = [];

    /// <summary>Parts that are not kernel text, or are compressed in an unknown way.</summary>
    public List<uint> Unreadable { get; } = [];

    /// <summary>Parts with a damaged end.</summary>
    public List<uint> Damaged { get; } = [];

    /// <summary>Parts of which only the beginning was read.</summary>
    public List<uint> CutOff { get; } = [];

    /// <summary>Parts skipped because the limit was reached.</summary>
    public List<uint> LeftOut { get; } = [];

    /// <summary>Whether text is missing, other than the oldest, which is never in a dump.</summary>
    public bool HasGaps(uint[] parts) =>
        Gaps(parts).Count > 0 || Unreadable.Count + Damaged.Count + CutOff.Count + LeftOut.Count > 0;

    /// <summary>Describes the flaws.</summary>
    /// <param name="parts">The parts that are present, in order.</param>
    public IReadOnlyList<string> Describe(uint[] parts)
    {
        List<string> lines = [];
        Add(Gaps(parts), "is missing", "are missing");
        Add(Ranges(Unreadable), "cannot be read", "cannot be read");
        Add(Ranges(Damaged), "is damaged at its end", "are damaged at their ends");
        Add(Ranges(CutOff), "is too long and was cut off", "are too long and were cut off");
        Add(Ranges(LeftOut), "was left out: the text is too long", "were left out: the text is too long");
        Add(Ranges(Doubled), "appears more than once", "appear more than once");
        return lines;

        void Add(List<(uint First, uint Last)> all, string one, string more)
        {
            if (all.Count > 0)
            {
                bool isOne = all.Count == 1 && all[0].First == all[0].Last;
                lines.Add($"{(isOne ? "part" : "parts")} {Name(all)} {(isOne ? one : more)}");
            }
        }
    }

    private static List<(uint First, uint Last)> Gaps(uint[] parts)
    {
        List<(uint First, uint Last)> gaps = [];
        uint expected = 1;
        foreach (uint part in parts)
        {
            if (part > expected)
            {
                gaps.Add((expected, part - 1));
            }

            expected = unchecked(part + 1);
        }

        return gaps;
    }

    private static List<(uint First, uint Last)> Ranges(List<uint> parts)
    {
        List<(uint First, uint Last)> ranges = [];
        HashSet<uint> seen = [];
        foreach (uint part in parts)
        {
            if (!seen.Add(part))
            {
                continue;
            }

            if (ranges.Count > 0 && part == ranges[^1].Last + 1)
            {
                ranges[^1] = (ranges[^1].First, part);
            }
            else
            {
                ranges.Add((part, part));
            }
        }

        return ranges;
    }

    /// <summary>Part numbers in words: <c>2-3, 7 and 11</c>.</summary>
    private static string Name(List<(uint First, uint Last)> ranges)
    {
        List<string> names = [];
        for (int i = 0; i < Math.Min(ranges.Count, MostNamed); i++)
        {
            (uint first, uint last) = ranges[i];
            names.Add(
                first == last
                    ? first.ToString(CultureInfo.InvariantCulture)
                    : string.Create(CultureInfo.InvariantCulture, $"{first}-{last}")
            );
        }

        if (ranges.Count > MostNamed)
        {
            names.Add("more");
        }

        return names.Count == 1 ? names[0] : $"{string.Join(", ", names[..^1])} and {names[^1]}";
    }
}

/// <summary>Records that are not read as part of a dump.</summary>
internal sealed class RecordsLeftOut
{
    /// <summary>The number of records whose names no kernel reads.</summary>
    public int Unknown { get; set; }

    /// <summary>The number of records with a time that no date can represent.</summary>
    public int TooLate { get; set; }

    /// <summary>The number of dumps skipped because the limit was reached.</summary>
    public int Dumps { get; set; }

    /// <summary>Describes them, as plain English lines.</summary>
    public IReadOnlyList<string> Describe()
    {
        List<string> lines = [];
        Add(
            Unknown,
            "record left out: not a name that a kernel reads",
            "records left out: not names that a kernel reads"
        );
        Add(TooLate, "record left out: its time is after 9999", "records left out: their times are after 9999");
        Add(Dumps, "older dump left out", "older dumps left out");
        return lines;

        void Add(int count, string one, string more)
        {
            if (count > 0)
            {
                lines.Add(string.Create(CultureInfo.InvariantCulture, $"{count} {(count == 1 ? one : more)}"));
            }
        }
    }
}
