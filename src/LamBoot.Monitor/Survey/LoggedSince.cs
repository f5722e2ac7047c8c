using LamBoot.Fleet.Health;
using LamBoot.Fleet.Text;

namespace LamBoot.Monitor.Survey;

/// <summary>
/// Since when the health log has had a VM's current verdict: surveys know only what they saw themselves, and forget it when the host
/// reboots. The log is read only if a VM asks, and once.
/// </summary>
/// <param name="log">The log's path.</param>
internal sealed class LoggedSince(string log)
{
    private ILookup<int?, HealthRecord>? _records;

    /// <summary>When the first of the newest records that all have the current verdict was made; null if the newest has another.</summary>
    /// <param name="current">The VM's current health.</param>
    public DateTimeOffset? Of(HealthRecord current)
    {
        _records ??= LoggedRecords.Read(log);
        HealthRecord? first = _records[current.Vmid]
            .Where(current.MayBeOfSameVm)
            .Reverse()
            .TakeWhile(each => each.Verdict == current.Verdict)
            .LastOrDefault();
        return UtcText.Parse(first?.ObservedAt);
    }
}
