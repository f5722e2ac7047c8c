using System.Text.RegularExpressions;
using LamBoot.Testing.Reference;

namespace LamBoot.Monitor.Tests.Reference;

/// <summary>docs/reference/metrics.md, made from what the monitor writes.</summary>
public sealed partial class MetricsPageTests
{
    [Fact]
    public void The_page_has_what_the_monitor_writes()
    {
        using HostTree tree = new();
        tree.AddVm(100, "confirmed-4m");
        tree.AddVm(101);
        Directory.CreateDirectory(Path.GetDirectoryName(tree.ImagePath(101))!);
        ProgramResult
            .Shell(
                "zcat \"$1\" >\"$2\"",
                Repository.File("tests", "corpus", "crash", "k6.12-init-killed.fd.gz"),
                tree.ImagePath(101)
            )
            .ExitCode.ShouldBe(0);

        string text = tree.Monitor("--textfile", "-").Output;

        MatchCollection families = Family().Matches(text);
        families.Count.ShouldBeGreaterThan(15);
        new ReferencePage("Metrics", "src/LamBoot.Monitor/Output/Metrics.cs")
            .Paragraph(
                "`lamboot-pve-monitor --textfile FILE` writes these for node_exporter's textfile collector. [Prometheus](../prometheus.md) "
                    + "is the task: alert rules and a dashboard come with the package."
            )
            .List(families.Select(family => Item(family, text)))
            .ShouldBePage("metrics.md");
    }

    private static string Item(Match family, string text)
    {
        string name = family.Groups[1].Value;
        string[] samples = [.. text.Split('\n').Where(line => line.StartsWith(name + "{", StringComparison.Ordinal))];
        var labels = samples
            .SelectMany(sample => Label().Matches(sample))
            .GroupBy(label => label.Groups[1].Value, label => label.Groups[2].Value)
            .ToArray();
        string names = labels.Length == 0 ? "" : $"{{{string.Join(",", labels.Select(label => label.Key))}}}";
        string values = string.Concat(
            labels
                .Where(label => label.Key is "status" or "state" or "verdict")
                .Select(label =>
                    $" Values of `{label.Key}`: {string.Join(", ", label.Distinct().Select(each => $"`{each}`"))}."
                )
        );
        return $"**`{name}{names}`** ({family.Groups[3].Value}). {family.Groups[2].Value}{values}";
    }

    [GeneratedRegex(@"^# HELP (\S+) (.*)\n# TYPE \1 (\S+)$", RegexOptions.Multiline)]
    private static partial Regex Family();

    [GeneratedRegex("[{,]([a-z_]+)=\"([^\"]*)\"")]
    private static partial Regex Label();
}
