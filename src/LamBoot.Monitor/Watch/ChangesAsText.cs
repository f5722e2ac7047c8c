using LamBoot.Fleet.Health;
using LamBoot.Fleet.Text;
using LamBoot.Linux.Terminal;
using LamBoot.Monitor.Nodes;
using LamBoot.Monitor.Survey;

namespace LamBoot.Monitor.Watch;

/// <summary>When not on a terminal: one line for each VM, then one for each change.</summary>
internal sealed class ChangesAsText : IWatchView
{
    private readonly Changes _changes = new();

    public void Show(SurveyResult result)
    {
        foreach ((HealthRecord record, HealthRecord? before) in _changes.Since(result.Shown, result))
        {
            string name = record.Name is null ? "" : $" ({SafeText.Escape(record.Name)})";
            string of = record.Vmid is { } vmid ? $"VM {vmid}{name}" : "all VMs";
            string node = result.Cluster is null ? "" : $" on {SafeText.Escape(record.Node)}";
            string was = before is null || before.Status == record.Status ? "" : $"{before.Status.Word()} -> ";
            string line = SilentNode.Reason(record) is { } reason
                ? $"{record.Status.Word()}: {reason}"
                : HealthText.Line(record);
            string power = record.QmpStatus is null ? "" : $"; {record.QmpStatus}";
            StandardIo.Output.WriteLine($"{record.ObservedAt} {of}{node}: {was}{line}{power}");
        }
    }

    public void End() { }
}
