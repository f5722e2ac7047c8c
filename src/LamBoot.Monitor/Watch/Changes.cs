using LamBoot.Fleet.Health;
using LamBoot.Monitor.Survey;

namespace LamBoot.Monitor.Watch;

/// <summary>What differs from one survey to the next.</summary>
internal sealed class Changes
{
    private Dictionary<int, HealthRecord> _last = [];

    /// <summary>The records that are new or another than before, with what was before; one that is gone says so.</summary>
    public IEnumerable<(HealthRecord Record, HealthRecord? Before)> Since(IReadOnlyList<VmHealth> vms)
    {
        Dictionary<int, HealthRecord> last = _last;
        Dictionary<int, HealthRecord> now = vms.ToDictionary(vm => vm.Record.Vmid ?? 0, vm => vm.Record);
        _last = now;
        foreach ((int vmid, HealthRecord record) in now)
        {
            HealthRecord? before = last.GetValueOrDefault(vmid);
            if (before is null || IsChanged(before, record))
            {
                yield return (record, before);
            }
        }

        foreach (HealthRecord before in last.Values.Where(record => !now.ContainsKey(record.Vmid ?? 0)))
        {
            yield return (GoneVm.Record(before.Vmid ?? 0, before.Node, before.Name, DateTimeOffset.UtcNow), before);
        }
    }

    /// <summary>Whether a fact is another than before. The reason says how long it has been so, and the evidence is made anew each time.</summary>
    private static bool IsChanged(HealthRecord before, HealthRecord now) =>
        before with
        {
            ObservedAt = now.ObservedAt,
            Malformed = now.Malformed,
            Reason = now.Reason,
            Store = now.Store,
            Run = now.Run,
        } != now;
}
