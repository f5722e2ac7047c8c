using LamBoot.Fleet.Health;
using LamBoot.Monitor.Nodes;
using LamBoot.Monitor.Survey;

namespace LamBoot.Monitor.Watch;

/// <summary>The differences between one survey and the next.</summary>
internal sealed class Changes
{
    private Dictionary<(int? Vmid, string? Node), HealthRecord> _last = [];

    /// <summary>
    /// The records that are new or have changed, with their predecessors. A VM that is no longer among those watched is reported once more,
    /// as it is now; that of a VM that is gone says so. If a node does not answer, whether its VMs are gone is unknown.
    /// </summary>
    /// <param name="vms">The VMs watched: of the result's.</param>
    /// <param name="result">The survey.</param>
    public IEnumerable<(HealthRecord Record, HealthRecord? Before)> Since(
        IReadOnlyList<VmHealth> vms,
        SurveyResult result
    )
    {
        IReadOnlyList<HealthRecord> silent = result.SilentNodes;
        Dictionary<(int? Vmid, string? Node), HealthRecord> last = _last;
        Dictionary<(int? Vmid, string? Node), HealthRecord> now = silent
            .Concat(vms.Select(vm => vm.Record))
            .ToDictionary(Key);
        HashSet<string> silentNodes = [.. silent.Select(record => record.Node)];
        List<HealthRecord> gone = [.. last.Where(each => !now.ContainsKey(each.Key)).Select(each => each.Value)];
        foreach (HealthRecord unknown in gone.Where(record => silentNodes.Contains(record.Node)))
        {
            now.Add(Key(unknown), unknown);
        }

        _last = now;
        return
        [
            .. now
                .Values.Select(record => (record, last.GetValueOrDefault(Key(record))))
                .Where(each => each.Item2 is not { } before || IsChanged(before, each.record)),
            .. gone.Where(record => !silentNodes.Contains(record.Node))
                .Select(before => (Record: Left(before, result), Before: before))
                .Where(each => each.Record is { } record && IsChanged(each.Before, record))
                .Select(each => (each.Record!, each.Before)),
        ];
    }

    /// <summary>The last record of what is no longer watched; null for a VM that has lost the tag or role, and was not read.</summary>
    private static HealthRecord? Left(HealthRecord before, SurveyResult result) =>
        result.All.FirstOrDefault(vm => Key(vm.Record) == Key(before))?.Record
        ?? (before.Vmid is { } vmid && result.OnNode.Contains(vmid) ? null : Gone(before));

    /// <summary>What it is about: a VM, on any node, or a node.</summary>
    private static (int? Vmid, string? Node) Key(HealthRecord record) =>
        (record.Vmid, record.Vmid is null ? record.Node : null);

    private static HealthRecord Gone(HealthRecord before) =>
        before.Vmid is { } vmid
            ? GoneVm.Record(vmid, before.Node, before.Name, DateTimeOffset.UtcNow)
            : SilentNode.Back(before, DateTimeOffset.UtcNow);

    /// <summary>
    /// Whether a fact has changed. The reason is ignored because it contains durations, and the evidence because it is created anew each time.
    /// </summary>
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
