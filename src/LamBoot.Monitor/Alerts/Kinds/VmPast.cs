using LamBoot.Fleet.Health;
using LamBoot.Fleet.Log;
using LamBoot.Linux;

namespace LamBoot.Monitor.Alerts.Kinds;

/// <summary>What the health log says of a VM before it became critical.</summary>
/// <param name="Since">Since when it is, as far as the log knows.</param>
/// <param name="LastGood">The record of its last boot that was confirmed; null for none.</param>
/// <param name="Fault">Why the log could not be read; null where it could.</param>
internal sealed record VmPast(string Since, HealthRecord? LastGood, string? Fault)
{
    private const int MostRecords = 200;

    /// <summary>Reads it.</summary>
    /// <param name="log">The log's path.</param>
    /// <param name="record">The VM's health now.</param>
    public static VmPast Read(string log, HealthRecord record)
    {
        try
        {
            return record.Vmid is { } vmid
                ? Of(HealthLog.Last(log, vmid, MostRecords), record)
                : new(record.ObservedAt, LastGood: null, Fault: null);
        }
        catch (HostException e)
        {
            return new(record.ObservedAt, LastGood: null, e.Message);
        }
    }

    /// <summary>What records say.</summary>
    /// <param name="records">The VM's, the oldest first; those of another VM that had its VMID may be among them.</param>
    /// <param name="record">Its health now.</param>
    public static VmPast Of(IReadOnlyList<HealthRecord> records, HealthRecord record)
    {
        List<HealthRecord> own =
        [
            .. records.Where(each => each.Uuid is null || record.Uuid is null || each.Uuid == record.Uuid),
        ];
        own.Reverse();
        HealthRecord first = own.TakeWhile(each => each.Status == HealthStatus.Critical).LastOrDefault(record);
        return new(
            first.ObservedAt,
            own.FirstOrDefault(each => each is { Status: HealthStatus.Healthy, State: "BootedOK" }),
            Fault: null
        );
    }
}
