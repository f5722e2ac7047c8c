using System.Globalization;
using LamBoot.Fleet.Health.Verdicts;
using LamBoot.Fleet.Text;

namespace LamBoot.Fleet.Health;

/// <summary>A health record in words, with guest-written text escaped.</summary>
public static class HealthText
{
    /// <summary>One line: the status and its basis.</summary>
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

        // Joined rather than one interpolated string inside another: that takes two arrays from the shared pool, and before taking both
        // back the pool spends a tenth of a millisecond sizing itself to the processor.
        string facts = string.Join(
            ", ",
            record.State is null ? "no LamBootState" : State(record),
            Crashes(record),
            $"entry {Entry(record)}",
            record.Timestamp ?? "no time",
            record.Warning ?? ""
        );
        facts = facts.TrimEnd(' ', ',');

        // Records from before verdicts existed have no reason.
        return record.Reason is { } reason
            ? string.Concat(status, ": ", reason, " (") + facts + ")"
            : $"{status}: {facts}";
    }

    /// <summary>What a person needs to know first: the entry if the VM boots, else the reason and then the entry.</summary>
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

    /// <summary>The state; <c>Unknown (7)</c> for an undefined value, <c>-</c> if nothing is known.</summary>
    public static string State(HealthRecord record) =>
        record.State == "Unknown"
            ? string.Create(CultureInfo.InvariantCulture, $"Unknown ({record.StateCode})")
            : record.State ?? "-";

    /// <summary>The entry booted last, escaped; <c>-</c> if none.</summary>
    public static string Entry(HealthRecord record) => record.LastEntry is { } entry ? SafeText.Escape(entry) : "-";

    /// <summary>Why nothing is known, escaped; null if something is known, even for a VM without LamBoot.</summary>
    private static string? Error(HealthRecord record) =>
        record is { Status: HealthStatus.Unknown, Error: { } error, Verdict: not VerdictKind.Up }
            ? SafeText.Escape($"{error}")
            : null;

    private static string Crashes(HealthRecord record) =>
        record.CrashCount is { } count ? Plural.Of(count, "crash", "crashes") : "no crash count";
}
