using System.Text.Json;
using System.Text.RegularExpressions;

namespace LamBoot.Monitor.Tests.Output;

/// <summary>The dashboard and the rules query existing metrics, in a syntax that Prometheus accepts.</summary>
public sealed partial class DashboardTests
{
    private static readonly string Dashboard = Repository.File("etc-examples", "grafana", "lamboot.json");
    private static readonly string Rules = Repository.File("etc-examples", "prometheus", "lamboot.rules.yml");

    [Fact]
    public void It_has_a_row_for_each_question()
    {
        using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(Dashboard));
        JsonElement[] panels = [.. json.RootElement.GetProperty("panels").EnumerateArray()];

        panels
            .Where(panel => panel.GetProperty("type").GetString() == "row")
            .Select(panel => panel.GetProperty("title").GetString())
            .ShouldBe(["Cluster", "VMs", "Boots and verdicts", "Crashes", "Secure Boot"]);
        panels.Select(panel => panel.GetProperty("id").GetInt32()).ShouldBeUnique();
        panels.SelectMany(Cells).ShouldBeUnique(); // no panel overlaps another
    }

    [Fact]
    public void Each_metric_is_one_of_the_monitors()
    {
        using HostTree tree = ReportNode.Node();
        string metrics = tree.Monitor("--textfile", "-").Output;
        string[] named =
        [
            .. Metric()
                .Matches(File.ReadAllText(Dashboard) + File.ReadAllText(Rules))
                .Select(match => match.Value)
                .Distinct(),
        ];

        named.Length.ShouldBeGreaterThan(10);
        foreach (string name in named)
        {
            metrics.ShouldContain($"# TYPE {name} ");
        }

        metrics.ShouldNotContain("last_entry");
    }

    [Fact]
    public void Prometheus_takes_each_expression()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/promtool"), "promtool cannot be installed here");
        using HostTree tree = new();
        using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(Dashboard));
        string[] expressions =
        [
            .. json
                .RootElement.GetProperty("panels")
                .EnumerateArray()
                .SelectMany(panel =>
                    panel.TryGetProperty("targets", out JsonElement all) ? [.. all.EnumerateArray()] : (JsonElement[])[]
                )
                .Select(target =>
                    target.GetProperty("expr").GetString()!.Replace("$instance", ".*", StringComparison.Ordinal)
                ),
        ];
        IEnumerable<string> rules = expressions.Select(
            (expression, index) => $"      - record: dashboard:{index}\n        expr: |-\n          {expression}\n"
        );
        tree.Write("/rules.yml", $"groups:\n  - name: dashboard\n    rules:\n{string.Concat(rules)}");

        ProgramResult result = ProgramResult.Shell("promtool check rules \"$1\" 2>&1", tree.Path("/rules.yml"));

        result.ExitCode.ShouldBe(0, result.Output);
        result.Output.ShouldContain($"{expressions.Length} rules found");
    }

    private static IEnumerable<(int X, int Y)> Cells(JsonElement panel)
    {
        JsonElement at = panel.GetProperty("gridPos");
        (int x, int y) = (at.GetProperty("x").GetInt32(), at.GetProperty("y").GetInt32());
        return Enumerable
            .Range(x, at.GetProperty("w").GetInt32())
            .SelectMany(column => Enumerable.Range(y, at.GetProperty("h").GetInt32()).Select(line => (column, line)));
    }

    [GeneratedRegex("lamboot_(?:vm|monitor)_[a-z_]+")]
    private static partial Regex Metric();
}
