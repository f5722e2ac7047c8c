using LamBoot.Fleet.Health;
using LamBoot.Fleet.Log;
using LamBoot.Linux;

namespace LamBoot.Monitor.Alerts.Kinds;

/// <summary>What the health log says about a VM before it became critical.</summary>
/// <param name="Since">Since when it has been critical, as far as the log knows.</param>
/// <param name="LastGood">The record of its last confirmed boot; null if none.</param>
/// <param name="Fault">Why the log could not be read; null if it was.</param>
internal sealed record VmPast(string Since, HealthRecord? LastGood, string? Fault)
{
    private const int MostRecords = 200;

    /// <summary>Reads the log.</summary>
    /// <param name="log">The log's path.</param>
    /// <param name="record">The VM's current health.</param>
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

    /// <summary>Evaluates records.</summary>
    /// <param name="records">The VM's records, oldest first, possibly including those of an earlier VM with its VMID.</param>
    /// <param name="record">Its current health.</param>
    public static VmPast Of(IReadOnlyList<HealthRecord> records, HealthRecord record)
    {
        List<HealthRecord> own = [.. records.Where(record.MayBeOfSameVm)];
        own.Reverse();
        HealthRecord first = own.TakeWhile(each => each.Status == HealthStatus.Critical).LastOrDefault(record);
        return new(
            first.ObservedAt,
            own.FirstOrDefault(each => each is { Status: HealthStatus.Healthy, State: "BootedOK" }),
            Fault: null
        );
    }
}
