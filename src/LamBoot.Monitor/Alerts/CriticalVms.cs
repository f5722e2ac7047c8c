using LamBoot.Fleet.Health;
using LamBoot.Fleet.Health.Verdicts;
using LamBoot.Monitor.Survey;

namespace LamBoot.Monitor.Alerts;

/// <summary>
/// The VMs reported as critical by one kind of alert, by VMID, with the UUID in smbios1 if there is one: a VMID may be reused for another
/// VM.
/// </summary>
/// <param name="vms">The VMs reported earlier.</param>
internal sealed class CriticalVms(IEnumerable<KeyValuePair<int, string?>> vms)
{
    private readonly SortedDictionary<int, string?> _vms = new(vms.ToDictionary());

    /// <summary>All of them, by VMID.</summary>
    public IReadOnlyCollection<KeyValuePair<int, string?>> All => _vms;

    /// <summary>Whether a VM is one of them.</summary>
    public bool Has(int vmid) => _vms.ContainsKey(vmid);

    /// <summary>The changes in a survey: the alerts that have not been reported yet.</summary>
    /// <param name="result">The survey, all of which counts, whatever part of it is shown.</param>
    /// <param name="isWhole">Whether it covers all VMs: then a VM that it lacks is gone.</param>
    /// <param name="now">The time.</param>
    public List<Alert> Changes(SurveyResult result, bool isWhole, DateTimeOffset now)
    {
        List<Alert> alerts = [];
        HashSet<int> seen = [];
        foreach (VmHealth vm in result.All)
        {
            int vmid = vm.Record.Vmid ?? 0;
            seen.Add(vmid);
            bool wasCritical = _vms.TryGetValue(vmid, out string? uuid);
            if (wasCritical && uuid is not null && vm.Uuid is not null && uuid != vm.Uuid)
            {
                alerts.Add(Gone(vmid, uuid));
                wasCritical = false;
            }

            bool isCritical = vm.Record.Status == HealthStatus.Critical;
            if (!vm.IsQuiet && IsNews(vm.Record) && isCritical != wasCritical)
            {
                alerts.Add(new(vm.Record, isCritical, vm.Uuid));
            }
        }

        IEnumerable<KeyValuePair<int, string?>> gone = isWhole ? _vms.Where(vm => !seen.Contains(vm.Key)) : [];
        alerts.AddRange(gone.Select(vm => Gone(vm.Key, vm.Value)));
        return alerts;

        Alert Gone(int vmid, string? uuid) =>
            new(GoneVm.Record(vmid, result.Node, name: null, now), IsCritical: false, uuid);
    }

    /// <summary>
    /// Whether a record can change anything: an unreadable VM is as bad as it was, and so may be one that has just started.
    /// </summary>
    private static bool IsNews(HealthRecord record) =>
        record.Verdict is not VerdictKind.Starting
        && (record.Status != HealthStatus.Unknown || record.Verdict == VerdictKind.Up);

    /// <summary>Records what was reported.</summary>
    public void Apply(IEnumerable<Alert> alerts)
    {
        foreach (Alert alert in alerts)
        {
            int vmid = alert.Record.Vmid ?? 0;
            _ = _vms.Remove(vmid);
            if (alert.IsCritical)
            {
                _vms.Add(vmid, alert.Uuid);
            }
        }
    }
}
