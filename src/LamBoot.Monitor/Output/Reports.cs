using System.Text;
using LamBoot.Fleet;
using LamBoot.Fleet.Config;
using LamBoot.Linux.Files;
using LamBoot.Linux.Libc;
using LamBoot.Monitor.Output.Page;
using LamBoot.Monitor.Screens;
using LamBoot.Monitor.Settings;
using LamBoot.Monitor.Survey;

namespace LamBoot.Monitor.Output;

/// <summary>
/// The files that a survey is written to: metrics, and a page to look at. Each stands for itself: one that cannot be written is
/// said, and keeps nobody from the other, nor from the table and the web hook.
/// </summary>
internal sealed class Reports(MonitorSettings settings)
{
    private const int Mode = Permissions.AllMayRead; // the node exporter and a web server read them
    private const int MaximumMetrics = 64 << 20;

    private readonly ConsolePictures _pictures = new(settings.Root);

    /// <summary>Writes the files that are asked for.</summary>
    /// <returns>Whether all of them are written.</returns>
    public bool Write(SurveyResult result, FleetToml fleet)
    {
        bool hasMetrics = TryWrite(Textfile, _ => Metrics.Text(result));
        bool hasPage = TryWrite(() => settings.Html, _ => HtmlPage.Text(Content(result, fleet)));
        return hasMetrics && hasPage;
    }

    /// <summary>What the page shows. A picture of a console that nobody is shown is not taken.</summary>
    private PageContent Content(SurveyResult result, FleetToml fleet) =>
        PageContent.Read(
            settings.Root,
            result,
            settings.Root.Resolve(fleet.Config.LogPath),
            _pictures.Update(result, settings.Filter.IsWhole),
            settings.IntervalOf(fleet)
        );

    /// <summary>
    /// Writes that there was no survey: the metrics say so, those of the VMs stay what they were, and so does the page, which says
    /// when it was made.
    /// </summary>
    public void WriteDown() => TryWrite(Textfile, path => Metrics.Down(OutputFile.IsReplaced(path) ? Last(path) : ""));

    /// <summary>node_exporter may come and go while we watch: its folder is looked for each time.</summary>
    private string? Textfile() =>
        settings.Textfile == TextfileFolder.Auto ? TextfileFolder.File(settings.Root) : settings.Textfile;

    private static string Last(string path) =>
        Encoding.UTF8.GetString(FileReader.ReadAllOrNull(path, MaximumMetrics, followLink: false) ?? []);

    private static bool TryWrite(Func<string?> named, Func<string, string> text)
    {
        try
        {
            if (named() is { } path)
            {
                OutputFile.Write(path, Encoding.UTF8.GetBytes(text(path)), Mode, LamBootPaths.Temporary);
            }

            return true;
        }
        catch (Exception e)
        {
            ErrorLog.Write(ErrorLog.Reason(e));
            return false;
        }
    }
}
