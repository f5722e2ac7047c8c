using System.Text;
using LamBoot.Fleet.Text;
using LamBoot.Linux.Terminal;
using LamBoot.Monitor.Output;
using LamBoot.Monitor.Survey;

namespace LamBoot.Monitor.Watch;

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
