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
/// The files that a survey is written to: metrics and an HTML page. They are independent: one that cannot be written is reported, and
/// affects neither the other nor the table and the webhook.
/// </summary>
internal sealed class Reports(MonitorSettings settings)
{
    private const int Mode = Permissions.AllMayRead; // the node exporter and a web server read them
    private const int MaximumMetrics = 64 << 20;

    private readonly ConsolePictures _pictures = new(settings.Root);

    /// <summary>Writes the configured files.</summary>
    /// <returns>Whether all of them are written.</returns>
    public bool Write(SurveyResult result, FleetToml fleet)
    {
        bool hasMetrics = TryWrite(Textfile, _ => Metrics.Text(result));
        bool hasPage = TryWrite(() => settings.Html, _ => HtmlPage.Text(Content(result, fleet)));
        return hasMetrics && hasPage;
    }

    /// <summary>The content of the page. A console screenshot that nobody would see is not taken.</summary>
    private PageContent Content(SurveyResult result, FleetToml fleet) =>
        PageContent.Read(
            settings.Root,
            result,
            settings.Root.Resolve(fleet.Config.LogPath),
            _pictures.Update(result, settings.Filter.IsWhole),
            settings.IntervalOf(fleet)
        );

    /// <summary>
    /// Writes that there was no survey: the metrics say so while those of the VMs stay unchanged, as does the page, which shows when it was
    /// made.
    /// </summary>
    public void WriteDown() => TryWrite(Textfile, path => Metrics.Down(OutputFile.IsReplaced(path) ? Last(path) : ""));

    /// <summary>The metrics file. node_exporter may come and go while we watch, so its folder is looked up each time.</summary>
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
