using System.Text;
using LamBoot.Fleet;
using LamBoot.Pve;

namespace LamBoot.Monitor;

/// <summary>The files that a survey is written to: metrics, and a page to look at.</summary>
internal sealed class Reports(MonitorSettings settings)
{
    private const int Mode = 0x1a4; // 0644: the node exporter and a web server read them

    private long _errors = -1;

    /// <summary>Writes the files that are asked for; each is replaced atomically.</summary>
    /// <exception cref="HostException">One cannot be written.</exception>
    public void Write(SurveyResult result, FleetToml fleet)
    {
        if (settings.Textfile is { } textfile)
        {
            string path = Path.GetFullPath(textfile);
            _errors = _errors < 0 ? Metrics.ReadErrors(path) : _errors;
            _errors += result.Vms.Count(vm => vm.IsReadError);
            HostFile.Replace(path, Encoding.UTF8.GetBytes(Metrics.Text(result, _errors)), Mode);
        }

        if (settings.Html is { } html)
        {
            string log = settings.Root.Resolve(fleet.Config.LogPath);
            HostFile.Replace(Path.GetFullPath(html), Encoding.UTF8.GetBytes(HtmlPage.Text(result, fleet, log)), Mode);
        }
    }
}
