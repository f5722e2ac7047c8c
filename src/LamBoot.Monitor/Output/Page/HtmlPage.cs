using System.Globalization;
using System.Text;
using LamBoot.Fleet;
using LamBoot.Fleet.Health;
using LamBoot.Fleet.Text;
using LamBoot.Monitor.Nodes;

namespace LamBoot.Monitor.Output.Page;

/// <summary>
/// A survey as a single HTML page, without scripts or external content. Guest-written text is made printable, then escaped.
/// </summary>
internal static class HtmlPage
{
    private const int LeastRefresh = 30; // seconds: people read it, too

    // 200 KB are enough for 200 VMs: first what every row needs, then consoles, crashes, and what happened at each boot.
    private const int Size = 190_000;
    private const int SizePerVm = 900;
    private const int ManyVms = 100;
    private const double LastLabel = 77; // beyond it, a date runs into "now" where the strip is narrowest

    public static string Text(PageContent content)
    {
        Timeline timeline = new(
            content
                .Vms.SelectMany(vm => vm.Boots)
                .Select(boot => UtcText.Parse(boot.ObservedAt))
                .OfType<DateTimeOffset>(),
            content.Now
        );
        bool hasNodes = content.Result.Nodes > 1;
        StringBuilder page = new();
        Head(page, content, timeline);
        Top(page, content, timeline.Length);
        List(page, content, timeline, hasNodes);
        Foot(page);
        return page.ToString();
    }

    private static void Head(StringBuilder page, PageContent content, Timeline timeline)
    {
        int critical = content.Result.Count(HealthStatus.Critical);
        string alarm = critical > 0 ? $"{critical} critical, " : "";
        page.Append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
        page.Append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
        page.Append(
            "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data:\">\n"
        );
        page.Append(
            CultureInfo.InvariantCulture,
            $"<meta http-equiv=\"refresh\" content=\"{Math.Max(content.Refresh.TotalSeconds, LeastRefresh):0}\">\n"
        );
        page.Append(
            CultureInfo.InvariantCulture,
            $"<title>{alarm}{Html.Escape(content.Result.Cluster ?? content.Result.Node)}: boot health</title>\n<style>\n{PageStyle.Css}\n{PageStyle.Grid(timeline)}</style>\n</head>\n<body>\n"
        );
    }

    /// <summary>
    /// The tiles. Each is a link to itself, which the style uses as a filter: this works without a script and can be bookmarked.
    /// </summary>
    private static void Top(StringBuilder page, PageContent content, string length)
    {
        string count = content.Result.Cluster is null
            ? ""
            : $"; {SurveyText.Count(content.Result, content.Result.Shown.Count)}";
        int hidden = content.Result.Vms.Count - content.Result.Shown.Count;
        string without = hidden == 0 ? "" : $"; {hidden} without LamBoot not shown (--all)";
        foreach (HealthStatus status in HealthStatuses.WorstFirst)
        {
            page.Append(CultureInfo.InvariantCulture, $"<a class=\"at\" id=\"{status.Word()}\"></a>");
        }

        page.Append(
            CultureInfo.InvariantCulture,
            $"\n<header>\n<h1>Boot health of {Html.Escape(content.Result.Cluster ?? content.Result.Node)}</h1>\n"
        );
        page.Append(
            CultureInfo.InvariantCulture,
            $"<p>{Html.Time(content.Now, content.Now)} (all times in UTC){count}{without}</p>\n<p class=\"legend\">Boots in the last {length} (hover over a mark for details):"
        );
        foreach (HealthStatus status in HealthStatuses.WorstFirst)
        {
            page.Append(CultureInfo.InvariantCulture, $" <span class=\"{status.Word()}\">{status.Word()}</span>");
        }

        page.Append("</p>\n</header>\n<nav aria-label=\"Show by status\">\n");
        foreach (HealthStatus status in HealthStatuses.WorstFirst)
        {
            Tile(page, status.Word(), status.Word(), content.Result.Count(status));
        }

        Tile(page, "all", "all VMs", content.Result.Shown.Count);
        page.Append("</nav>\n");
        foreach (HealthRecord node in content.Result.SilentNodes)
        {
            page.Append(
                CultureInfo.InvariantCulture,
                $"<p class=\"silent\"><b>Node {Html.Escape(node.Node)} did not report its VMs</b>: {Html.EscapeLine(SilentNode.Reason(node))}</p>\n"
            );
        }
    }

    private static void Tile(StringBuilder page, string id, string what, int count) =>
        page.Append(
            CultureInfo.InvariantCulture,
            $"<a class=\"tile {id}{(count == 0 ? " zero" : "")}\" href=\"#{id}\"><b>{count}</b> {what}</a>\n"
        );

    private static void List(StringBuilder page, PageContent content, Timeline timeline, bool hasNodes)
    {
        page.Append(
            CultureInfo.InvariantCulture,
            $"<main{(hasNodes ? " class=\"nodes\"" : "")}>\n<div class=\"head\">\n<div>VM</div>{(hasNodes ? "<div>Node</div>" : "")}<div>Health</div>\n"
        );
        page.Append("<svg class=\"axis\" aria-hidden=\"true\">");
        foreach ((double at, string label) in timeline.Dates().Where(date => date.At < LastLabel))
        {
            page.Append(CultureInfo.InvariantCulture, $"<text x=\"{at:0.#}%\" y=\"12\">{label}</text>");
        }

        page.Append("<text class=\"now\" x=\"100%\" y=\"12\">now</text></svg>\n</div>\n<ul>\n");
        foreach (string row in Rows(content, timeline, hasNodes))
        {
            page.Append(row);
        }

        foreach (HealthStatus status in HealthStatuses.WorstFirst.Where(status => content.Result.Count(status) == 0))
        {
            page.Append(
                CultureInfo.InvariantCulture,
                $"<li class=\"vm empty {status.Word()}\"><p>No VM is {status.Word()}.</p></li>\n"
            );
        }

        page.Append("</ul>\n</main>\n");
    }

    /// <summary>The rows, worst first, with as many optional parts as the page has room for.</summary>
    private static IEnumerable<string> Rows(PageContent content, Timeline timeline, bool hasNodes)
    {
        const string End = "</li>\n";
        List<(PageRow Row, BootStrip Strip, string Text)> rows =
        [
            .. content.Vms.Select(vm =>
            {
                PageRow row = new(vm, content.Now);
                return (row, new BootStrip(vm, timeline, content.Now, content.Vms.Count > ManyVms), row.Text(hasNodes));
            }),
        ];
        PageRoom room = new(Math.Max(Size, SizePerVm * rows.Count) - PageStyle.Css.Length);
        room.Take(rows.Sum(row => Encoding.UTF8.GetByteCount(row.Text + row.Strip.Write(0, 0) + End)));
        string[] consoles = room.Share([.. rows.Select(row => row.Row.Console())]);
        string[] crashes = room.Share([.. rows.Select(row => row.Row.Crash())]);
        for (int i = 0; i < rows.Count; i++)
        {
            int mine = room.Left / (rows.Count - i);
            string strip = rows[i].Strip.Write(content.Vms[i].Record.Vmid, mine);
            room.Take(strip.Length - rows[i].Strip.Write(0, 0).Length);
            yield return $"{rows[i].Text}{strip}\n{consoles[i]}{crashes[i]}{End}";
        }
    }

    private static void Foot(StringBuilder page) =>
        page.Append(
            CultureInfo.InvariantCulture,
            $"<footer>Generated by lamboot-pve-monitor {Product.Version} from the node's variable stores and health log.</footer>\n</body>\n</html>\n"
        );
}
