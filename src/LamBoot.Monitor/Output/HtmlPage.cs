using System.Globalization;
using System.Net;
using System.Text;
using LamBoot.Fleet;
using LamBoot.Fleet.Config;
using LamBoot.Fleet.Health;
using LamBoot.Fleet.Log;
using LamBoot.Fleet.Text;
using LamBoot.Monitor.Survey;

namespace LamBoot.Monitor.Output;

/// <summary>
/// A survey as one page to look at: nothing in it comes from elsewhere, and it has no script. What guests wrote is made
/// printable, then escaped.
/// </summary>
internal static class HtmlPage
{
    private const int BootsShown = 40;
    private const int LogTail = 4 << 20;

    private const string Style = """
        :root { color-scheme: light dark; --ok: #2e7d32; --warn: #b26a00; --bad: #c62828; --none: #757575; --line: #ddd; }
        @media (prefers-color-scheme: dark) { :root { --ok: #66bb6a; --warn: #ffb74d; --bad: #ff7070; --none: #9e9e9e; --line: #3a3a3a; } }
        body { font: 15px/1.45 system-ui, sans-serif; margin: 0 auto; padding: 1rem; max-width: 72rem; }
        h1 { font-size: 1.3rem; } p.summary { margin: 0 0 1rem; } footer { margin-top: 1.5rem; opacity: .7; font-size: .85rem; }
        table { border-collapse: collapse; width: 100%; } th { text-align: left; font-weight: 600; opacity: .7; }
        th, td { padding: .4rem .6rem .4rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
        td { overflow-wrap: anywhere; } td.plain { overflow-wrap: normal; } .status { font-weight: 600; white-space: nowrap; }
        .critical { color: var(--bad); } .warning { color: var(--warn); } .healthy { color: var(--ok); } .unknown { color: var(--none); }
        .strip { display: flex; gap: 2px; flex-wrap: wrap; } .strip i { width: 6px; height: 18px; border-radius: 1px; background: currentColor; }
        .strip i.healthy { height: 10px; margin-top: 8px; } .strip i.warning { height: 14px; margin-top: 4px; }
        @media (max-width: 40rem) { thead { display: none; } tr { display: block; padding: .5rem 0; border-bottom: 1px solid var(--line); }
          td { display: block; border: 0; padding: .1rem 0; } td[data-label]:not(:empty)::before { content: attr(data-label) " "; opacity: .6; } }
        """;

    /// <summary>The page.</summary>
    /// <param name="result">The survey.</param>
    /// <param name="fleet">The fleet's configuration.</param>
    /// <param name="log">The health log, which the VMs' boots are taken from.</param>
    public static string Text(SurveyResult result, FleetToml fleet, string log)
    {
        ILookup<int?, HealthRecord> boots = HealthLog.Tail(log, LogTail).ToLookup(record => record.Vmid);
        string node = Escape(result.Node);
        StringBuilder page = new();
        page.Append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
        page.Append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
        page.Append(
            "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        );
        page.Append(
            CultureInfo.InvariantCulture,
            $"<meta http-equiv=\"refresh\" content=\"{fleet.Config.PollIntervalSeconds}\">\n"
        );
        page.Append(
            CultureInfo.InvariantCulture,
            $"<title>{node}: boot health</title>\n<style>\n{Style}\n</style>\n</head>\n<body>\n"
        );
        page.Append(CultureInfo.InvariantCulture, $"<h1>Boot health of the VMs on {node}</h1>\n");
        page.Append(CultureInfo.InvariantCulture, $"<p class=\"summary\">{Escape(SurveyText.Summary(result))}</p>\n");
        page.Append(
            "<table>\n<thead><tr><th>VM</th><th>Role</th><th>Status</th><th>Reason</th><th>State</th><th>Last entry</th><th>Booted</th>"
        );
        page.Append("<th>Boots</th></tr></thead>\n<tbody>\n");
        foreach (HealthRecord record in result.Shown.Select(vm => vm.Record))
        {
            Row(page, record, boots[record.Vmid]);
        }

        page.Append("</tbody>\n</table>\n");
        page.Append(
            CultureInfo.InvariantCulture,
            $"<footer>Read {UtcText.Format(DateTimeOffset.UtcNow)} by lamboot-pve-monitor {Product.Version}. "
        );
        page.Append(
            CultureInfo.InvariantCulture,
            $"Boots: the newest {BootsShown} records of the health log, the newest on the right.</footer>\n"
        );
        return page.Append("</body>\n</html>\n").ToString();
    }

    private static void Row(StringBuilder page, HealthRecord record, IEnumerable<HealthRecord> boots)
    {
        string crashes = record.CrashCount is { } count and > 0 ? $", {Plural.Of(count, "crash", "crashes")}" : "";
        page.Append(CultureInfo.InvariantCulture, $"<tr><td><b>{record.Vmid}</b> {Escape(record.Name)}</td>");
        Cell(page, "Role", record.Role);
        page.Append(CultureInfo.InvariantCulture, $"<td class=\"status {Class(record)}\">{Class(record)}</td>");
        page.Append(CultureInfo.InvariantCulture, $"<td data-label=\"Reason\">{EscapeLine(record.Reason)}</td>");
        Cell(page, "State", (record.HasBoot ? HealthText.State(record) + crashes : "-") + PowerOf(record));
        Cell(page, "Last entry", record.LastEntry);
        Cell(page, "Booted", record.Timestamp);
        page.Append("<td><span class=\"strip\">");
        foreach (HealthRecord boot in boots.TakeLast(BootsShown))
        {
            string title = EscapeLine($"{boot.ObservedAt} {HealthText.Line(boot)}");
            page.Append(CultureInfo.InvariantCulture, $"<i class=\"{Class(boot)}\" title=\"{title}\"></i>");
        }

        page.Append("</span></td></tr>\n");
    }

    private static string PowerOf(HealthRecord record) => record.QmpStatus is null ? "" : $" ({record.QmpStatus})";

    private static void Cell(StringBuilder page, string label, string? text) =>
        page.Append(
            CultureInfo.InvariantCulture,
            $"<td{(label is "Role" or "Booted" ? " class=\"plain\"" : "")} data-label=\"{label}\">{Escape(text)}</td>"
        );

    private static string Class(HealthRecord record) => record.Status.Word();

    /// <summary>A line of ours, in which what a guest wrote is escaped already.</summary>
    private static string EscapeLine(string? text) => WebUtility.HtmlEncode(SafeText.EscapeLine(text ?? ""));

    private static string Escape(string? text) => WebUtility.HtmlEncode(SafeText.Escape(text ?? ""));
}
