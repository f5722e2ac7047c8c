using System.Text;
using LamBoot.Fleet.Text;
using LamBoot.Linux.Terminal;
using LamBoot.Monitor.Output;
using LamBoot.Monitor.Survey;

namespace LamBoot.Monitor.Watch;

/// <summary>On a terminal: the table, redrawn in place.</summary>
/// <param name="interval">The seconds from one survey to the next.</param>
/// <param name="wide">Whether to show all columns.</param>
internal sealed class Screen(Func<TimeSpan> interval, bool wide) : IWatchView
{
    private const string Clear = "\u001b[H\u001b[2J";
    private const string Home = "\u001b[H";
    private const string EraseLine = "\u001b[K\n";
    private const string EraseBelow = "\u001b[J";

    private bool _isDrawn;

    public void Show(SurveyResult result)
    {
        (int columns, int rows) = StandardIo.Output.TerminalSize ?? (80, 24);
        List<string> lines = [.. SurveyText.Lines(result, columns, Terminal.HasColours, wide)];
        string every = $"every {(int)interval().TotalSeconds} s";
        lines.Insert(
            0,
            TextWidth.Cut(
                $"{SafeText.Escape(result.Cluster ?? result.Node)}: boot health at {UtcText.Format(DateTimeOffset.UtcNow)}, {every}",
                columns
            )
        );
        Fit(lines, columns, Math.Max(rows - 1, 4)); // the cursor needs a line of its own

        StringBuilder screen = new(_isDrawn ? Home : Clear);
        screen.AppendJoin(EraseLine, lines).Append(EraseLine);
        StandardIo.Output.Write(screen.Append(EraseBelow).ToString());
        _isDrawn = true;
    }

    public void End() { }

    /// <summary>Removes the last rows of the table if there is no room, and states their number before the summary.</summary>
    private static void Fit(List<string> lines, int columns, int room)
    {
        int Height() => lines.Sum(line => TextWidth.Rows(line, columns));
        if (Height() <= room)
        {
            return;
        }

        int cut = 0;
        while (Height() + 1 > room && lines.Count > 3)
        {
            lines.RemoveAt(lines.Count - 2);
            cut++;
        }

        lines.Insert(lines.Count - 1, $"… and {cut} more");
    }
}
