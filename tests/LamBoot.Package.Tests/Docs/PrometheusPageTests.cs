using System.Text.RegularExpressions;

namespace LamBoot.Package.Tests.Docs;

/// <summary>docs/prometheus.md: what it has for Prometheus is valid, and its alerts are those in the rules.</summary>
public sealed partial class PrometheusPageTests
{
    private static readonly Page Guide = new("prometheus.md");

    [Fact]
    public void Its_configuration_is_right()
    {
        using HostTree tree = new();
        string yaml = Guide.Blocks.Single(block => block.Language == "yaml").Text;
        yaml.ShouldContain("lamboot.rules.yml");
        Assert.SkipUnless(File.Exists("/usr/bin/promtool"), "promtool cannot be installed here");
        string rules = Repository.File("etc-examples", "prometheus", "lamboot.rules.yml");
        tree.Write(
            "/prometheus.yml",
            yaml.Replace("/etc/prometheus/lamboot.rules.yml", rules, StringComparison.Ordinal)
        );
        ProgramResult check = ProgramResult.Shell("promtool check config \"$1\" 2>&1", tree.Path("/prometheus.yml"));
        check.ExitCode.ShouldBe(0, check.Output);
    }

    /// <summary>It lists all existing alerts, and no others.</summary>
    [Fact]
    public void Its_alerts_are_those_of_the_rules()
    {
        string rules = File.ReadAllText(Repository.File("etc-examples", "prometheus", "lamboot.rules.yml"));

        Alert()
            .Matches(Guide.Text)
            .Select(match => match.Value)
            .Distinct()
            .Order()
            .ShouldBe(Alert().Matches(rules).Select(match => match.Value).Distinct().Order());
    }

    [GeneratedRegex("\\bLamBoot(?:Vm|Vms|Node|Monitor)[A-Z]\\w+")]
    private static partial Regex Alert();
}
