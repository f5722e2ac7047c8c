using LamBoot.Fleet.Health;
using LamBoot.Fleet.Health.Verdicts;
using LamBoot.Fleet.Text;
using LamBoot.Linux;
using LamBoot.Nvram.Boot;

namespace LamBoot.Commands.History;

/// <summary>The last boot of a VM that was confirmed: the entry that is known to work.</summary>
internal static class ConfirmedBoot
{
    /// <summary>Finds it in the log, and says it in a line.</summary>
    /// <param name="log">The log.</param>
    /// <param name="vmid">The VM.</param>
    /// <param name="uuid">Its uuid; null where it has none. Records of another VM with its VMID do not count.</param>
    public static string Find(string log, int vmid, string? uuid)
    {
        try
        {
            IReadOnlyList<HealthRecord> records = HistoryCommand.Read(log, vmid, 0, out _);
            return Line(records, uuid) ?? "the log has no confirmed boot of it";
        }
        catch (HostException e)
        {
            return $"the last confirmed boot is not known: {e.Message}";
        }
    }

    /// <summary>The line about the last confirmed one among records; null where none is.</summary>
    /// <param name="records">The records, oldest first.</param>
    /// <param name="uuid">The VM's uuid; null where it is not known.</param>
    public static string? Line(IReadOnlyList<HealthRecord> records, string? uuid) =>
        records.LastOrDefault(record => IsConfirmed(record) && IsOf(record, uuid)) is { } last
            ? $"last confirmed boot: entry {HealthText.Entry(last)}, {SafeText.Escape(last.Timestamp ?? last.ObservedAt)}"
            : null;

    /// <summary>By its verdict; in a record of a version that gave none, by LamBoot's state.</summary>
    private static bool IsConfirmed(HealthRecord record) =>
        record.Verdict is { } verdict
            ? verdict == VerdictKind.Confirmed
            : record is { Error: null, StateCode: (int)BootState.BootedOK };

    private static bool IsOf(HealthRecord record, string? uuid) =>
        uuid is null || record.Uuid is not { } its || its == uuid;
}
