using LamBoot.Fleet.Health;
using LamBoot.Linux.Terminal;
using LamBoot.Monitor.Survey;

namespace LamBoot.Monitor.Watch;

/// <summary>With <c>--json</c>: one record per line, first for each VM, then for each change.</summary>
internal sealed class ChangesAsJson : IWatchView
{
    private readonly Changes _changes = new();

    public void Show(SurveyResult result)
    {
        foreach ((HealthRecord record, _) in _changes.Since(result.Listed, result))
        {
            StandardIo.Output.Write([.. record.ToJson(), (byte)'\n']);
        }
    }

    public void End() { }
}
