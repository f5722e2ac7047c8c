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
        string status = record.Status.Word();
        if (Error(record) is { } error)
        {
            return $"{status}: {error}";
        }

        if (!record.HasBoot)
        {
            return $"{status}: {record.Reason}";
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
        facts = facts.TrimEnd(' ', ',');

        // Records of before there were verdicts have no reason.
        return record.Reason is { } reason
            ? string.Concat(status, ": ", reason, " (") + facts + ")"
            : $"{status}: {facts}";
    }

    /// <summary>What a person has to know of it first: of a VM that boots its entry, else why, then the entry.</summary>
    public static string Why(HealthRecord record)
    {
        if (Error(record) is { } error)
        {
            return error;
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

    /// <summary>Why nothing is known of it, escaped; null where something is, be it of a VM without LamBoot.</summary>
    private static string? Error(HealthRecord record) =>
        record is { Status: HealthStatus.Unknown, Error: { } error, Verdict: not VerdictKind.Up }
            ? SafeText.Escape($"{error}")
            : null;

    private static string Crashes(HealthRecord record) =>
        record.CrashCount is { } count ? Plural.Of(count, "crash", "crashes") : "no crash count";
}
