using LamBoot.Fleet.Health;
using LamBoot.Fleet.Health.Verdicts;
using LamBoot.Fleet.Text;
using LamBoot.Nvram.Boot;

namespace LamBoot.Commands.History;

/// <summary>A VM's last confirmed boot: the entry that is known to work.</summary>
internal static class ConfirmedBoot
{
    /// <summary>The line about the last confirmed boot among some records; null if there is none.</summary>
    /// <param name="records">The records, oldest first.</param>
    /// <param name="uuid">The VM's UUID; null if unknown.</param>
    public static string? Line(IReadOnlyList<HealthRecord> records, string? uuid) =>
        records.LastOrDefault(record => IsConfirmed(record) && IsOf(record, uuid)) is { } last
            ? $"last confirmed boot: entry {HealthText.Entry(last)}, {SafeText.Escape(last.Timestamp ?? last.ObservedAt)}"
            : null;

    /// <summary>By the verdict or, in a record of a version without verdicts, by LamBoot's state.</summary>
    private static bool IsConfirmed(HealthRecord record) =>
        record.Verdict is { } verdict
            ? verdict == VerdictKind.Confirmed
            : record is { Error: null, StateCode: (int)BootState.BootedOK };

    private static bool IsOf(HealthRecord record, string? uuid) =>
        uuid is null || record.Uuid is not { } its || its == uuid;
}
