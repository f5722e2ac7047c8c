using System.Globalization;
using LamBoot.Fleet.Health.Verdicts;
using LamBoot.Fleet.Text;

namespace LamBoot.Fleet.Health;

/// <summary>A health record in words, with what the guest wrote escaped.</summary>
public static class HealthText
{
    /// <summary>One line: the status and what it rests on.</summary>
    public static string Line(HealthRecord record)
    {
        string reason = record.Reason ?? "";
        if (!record.HasBoot)
        {
            return $"{record.Status.Word()}: {(record.Status == HealthStatus.Unknown ? SafeText.Escape($"{record.Error}") : reason)}";
        }

        // Joined, not one text put together within another: those take two arrays of the shared pool, and to give both back the
        // pool first measures the processor for a tenth of a millisecond.
        string facts = string.Join(
            ", ",
            record.State is null ? "no LamBootState" : State(record),
            Crashes(record),
            $"entry {Entry(record)}",
            record.Timestamp ?? "no time",
            record.Warning ?? ""
        );
        return string.Concat(record.Status.Word(), ": ", reason, " (") + facts.TrimEnd(' ', ',') + ")";
    }

    /// <summary>What a person has to know of it first: of a VM that boots its entry, else why, then the entry.</summary>
    public static string Why(HealthRecord record)
    {
        if (record.Status == HealthStatus.Unknown && record.Error is { } error)
        {
            return SafeText.Escape($"{error}");
        }

        string entry = Entry(record);
        return record.Reason is not { } reason || (record.Verdict == VerdictKind.Confirmed && entry != "-") ? entry
            : entry == "-" ? reason
            : $"{reason}; entry {entry}";
    }

    /// <summary>The state; <c>Unknown (7)</c> for a value that is not defined, <c>-</c> where nothing is known of it.</summary>
    public static string State(HealthRecord record) =>
        record.State == "Unknown"
            ? string.Create(CultureInfo.InvariantCulture, $"Unknown ({record.StateCode})")
            : record.State ?? "-";

    /// <summary>The entry booted last, escaped; <c>-</c> for none.</summary>
    public static string Entry(HealthRecord record) => record.LastEntry is { } entry ? SafeText.Escape(entry) : "-";

    private static string Crashes(HealthRecord record) =>
        record.CrashCount is { } count ? Plural.Of(count, "crash", "crashes") : "no crash count";
}
