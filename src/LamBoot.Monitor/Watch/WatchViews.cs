using System.Text;
using LamBoot.Fleet.Health;
using LamBoot.Fleet.Text;
using LamBoot.Linux.Terminal;
using LamBoot.Monitor.Output;
using LamBoot.Monitor.Survey;

namespace LamBoot.Monitor.Watch;

/// <summary>How a watch is shown.</summary>
internal interface IWatchView
{
    /// <summary>Shows a survey.</summary>
    void Show(SurveyResult result);

    /// <summary>The watch ends.</summary>
    void End();
}

/// <summary>On a terminal: the table, drawn anew in its place.</summary>
internal sealed class Screen : IWatchView
{
    private const string Clear = "\u001b[H\u001b[2J";
    private const string Home = "\u001b[H";
    private const string EraseLine = "\u001b[K\n";
    private const string EraseBelow = "\u001b[J";

    private bool _isDrawn;

    public void Show(SurveyResult result)
    {
        (int columns, int rows) = StandardIo.Output.TerminalSize ?? (80, 24);
        List<string> lines = [.. SurveyText.Lines(result, columns, Terminal.HasColours)];
        int room = Math.Max(rows - 2, 3); // the cursor stands on a line of its own
        if (lines.Count > room)
        {
            int cut = lines.Count - room;
            lines.RemoveRange(room - 2, cut + 1);
            lines.Insert(room - 2, $"… and {cut + 1} more");
        }

        StringBuilder screen = new(_isDrawn ? Home : Clear);
        screen
            .AppendJoin(EraseLine, lines)
            .Append(EraseLine)
            .Append(UtcText.Format(DateTimeOffset.UtcNow))
            .Append(EraseLine);
        StandardIo.Output.Write(screen.Append(EraseBelow).ToString());
        _isDrawn = true;
    }

    public void End() { }
}

/// <summary>Elsewhere: a line for each VM at first, then for each change.</summary>
internal sealed class ChangesAsText : IWatchView
{
    private readonly Changes _changes = new();

    public void Show(SurveyResult result)
    {
        foreach ((HealthRecord record, HealthRecord? before) in _changes.Since(result.Shown))
        {
            string name = record.Name is null ? "" : $" ({SafeText.Escape(record.Name)})";
            string was = before is null || before.Status == record.Status ? "" : $"{before.Status} -> ";
            string power = record.QmpStatus is null ? "" : $"; {record.QmpStatus}";
            StandardIo.Output.WriteLine(
                $"{record.ObservedAt} VM {record.Vmid}{name}: {was}{HealthText.Line(record)}{power}"
            );
        }
    }

    public void End() { }
}

/// <summary>With <c>--json</c>: a record a line for each VM at first, then for each change.</summary>
internal sealed class ChangesAsJson : IWatchView
{
    private readonly Changes _changes = new();

    public void Show(SurveyResult result)
    {
        foreach ((HealthRecord record, _) in _changes.Since(result.Listed))
        {
            StandardIo.Output.Write([.. record.ToJson(), (byte)'\n']);
        }
    }

    public void End() { }
}

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
            if (
                before is null
                || before with { ObservedAt = record.ObservedAt, Malformed = record.Malformed } != record
            )
            {
                yield return (record, before);
            }
        }

        foreach (HealthRecord before in last.Values.Where(record => !now.ContainsKey(record.Vmid ?? 0)))
        {
            yield return (
                new()
                {
                    ObservedAt = UtcText.Format(DateTimeOffset.UtcNow),
                    Phase = before.Phase,
                    Node = before.Node,
                    Vmid = before.Vmid,
                    Name = before.Name,
                    Error = "unreadable: the VM is no longer on this node",
                },
                before
            );
        }
    }
}
