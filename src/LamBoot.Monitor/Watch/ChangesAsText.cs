using LamBoot.Fleet.Health;
using LamBoot.Fleet.Text;
using LamBoot.Linux.Terminal;
using LamBoot.Monitor.Survey;

namespace LamBoot.Monitor.Watch;

/// <summary>Elsewhere: a line for each VM at first, then for each change.</summary>
internal sealed class ChangesAsText : IWatchView
{
    private readonly Changes _changes = new();

    public void Show(SurveyResult result)
    {
        foreach ((HealthRecord record, HealthRecord? before) in _changes.Since(result.Shown))
        {
            string name = record.Name is null ? "" : $" ({SafeText.Escape(record.Name)})";
            string was = before is null || before.Status == record.Status ? "" : $"{before.Status.Word()} -> ";
            string power = record.QmpStatus is null ? "" : $"; {record.QmpStatus}";
            StandardIo.Output.WriteLine(
                $"{record.ObservedAt} VM {record.Vmid}{name}: {was}{HealthText.Line(record)}{power}"
            );
        }
    }

    public void End() { }
}
