using System.Text.RegularExpressions;

namespace LamBoot.Package.Tests;

/// <summary>docs/monitoring.md: five steps, whose commands all do what they say, on a host with one VM.</summary>
public sealed partial class MonitoringGuideTests : IDisposable
{
    private const string Examples = "/usr/share/doc/lamboot-hook/examples";

    private static readonly string Guide = File.ReadAllText(Repository.File("docs", "monitoring.md"));

    private readonly HostTree _tree = new();

    public static TheoryData<string> Commands => [.. Steps().SelectMany(step => CommandsOf(step.Text)).Distinct()];

    [Fact]
    public void There_are_five_steps_with_commands_each()
    {
        (string Number, string Text)[] steps = [.. Steps()];

        steps.Select(step => step.Number).ShouldBe(["1", "2", "3", "4", "5"]);
        steps.ShouldAllBe(step => CommandsOf(step.Text).Any(command => command.StartsWith("lamboot-")));
        Guide.ShouldContain("systemctl enable --now lamboot-pve-monitor\n");
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void Its_commands_work(string command)
    {
        switch (command.Split(' '))
        {
            case ["lamboot-hook", "inspect", _, "--screen", _]: // requires a running VM; covered by ScreenTests
                ProgramResult
                    .Run(Program("lamboot-hook"), ["inspect", "--help"])
                    .Output.ShouldContain("--screen <FILE.png>");
                break;
            case ["lamboot-pve-monitor" or "lamboot-hook", ..]:
                ShouldRun(command);
                break;
            case ["echo", ..]:
                ShouldRun(Cron().Match(command).Groups[1].Value);
                break;
            case ["systemctl", "enable", "--now", var unit]:
                File.Exists(Repository.File("etc-examples", "systemd", unit.Contains('.') ? unit : unit + ".service"))
                    .ShouldBeTrue();
                break;
            case ["cd", var folder]:
                Directory
                    .Exists(folder.Replace(Examples, Repository.File("etc-examples"), StringComparison.Ordinal))
                    .ShouldBeTrue();
                break;
            case ["install", .., "-m", _, var file, _]:
                Directory
                    .GetFiles(Repository.File("etc-examples"), file, SearchOption.AllDirectories)
                    .ShouldHaveSingleItem();
                break;
            default: // from Debian's own packages
                command.Split(' ')[0].ShouldBeOneOf("apt", "promtool", "systemctl");
                break;
        }
    }

    /// <summary>What it has for fleet.toml is valid, and so is what it has for prometheus.yml.</summary>
    [Fact]
    public void Its_files_are_right()
    {
        Directory.CreateDirectory(_tree.Path("/etc/lamboot"));
        foreach (Match block in Block("toml").Matches(Guide))
        {
            string fleet = block.Groups[1].Value.Replace("/services/…", "/services/x", StringComparison.Ordinal);
            _tree.Write("/etc/lamboot/fleet.toml", $"schema_version = 1\n[fleet]\nid = \"f\"\n{fleet}");

            ProgramResult result = ProgramResult.Run(
                Program("lamboot-pve-monitor"),
                ["--json"],
                ("LAMBOOT_ROOT", _tree.Root)
            );

            result.ShouldBe(new(0, "[]\n", ""));
        }

        string yaml = Block("yaml").Match(Guide).Groups[1].Value;
        yaml.ShouldContain("lamboot.rules.yml");
        Assert.SkipUnless(File.Exists("/usr/bin/promtool"), "promtool cannot be installed here");
        string rules = Repository.File("etc-examples", "prometheus", "lamboot.rules.yml");
        _tree.Write(
            "/prometheus.yml",
            yaml.Replace("/etc/prometheus/lamboot.rules.yml", rules, StringComparison.Ordinal)
        );
        ProgramResult check = ProgramResult.Shell("promtool check config \"$1\" 2>&1", _tree.Path("/prometheus.yml"));
        check.ExitCode.ShouldBe(0, check.Output);
    }

    /// <summary>It lists all existing alerts, and no others.</summary>
    [Fact]
    public void Its_alerts_are_those_of_the_rules()
    {
        string rules = File.ReadAllText(Repository.File("etc-examples", "prometheus", "lamboot.rules.yml"));

        Alert()
            .Matches(Guide)
            .Select(match => match.Value)
            .Distinct()
            .Order()
            .ShouldBe(Alert().Matches(rules).Select(match => match.Value).Distinct().Order());
    }

    public void Dispose() => _tree.Dispose();

    /// <summary>A watch runs until it is terminated, and then exits successfully.</summary>
    private void ShouldRun(string command)
    {
        _tree.AddVm(101, "confirmed-4m");
        _tree.Write("/etc/pve/.members", "{\n\"nodename\": \"pve1\",\n\"version\": 3\n}\n");
        _tree.Write("/etc/lamboot/fleet.toml", HostTree.FleetToml + "[monitor]\nmail_to = \"root\"\n");
        _tree.Write("/usr/sbin/sendmail", "#!/bin/sh\nexec cat >/dev/null\n");
        File.SetUnixFileMode(_tree.Path("/usr/sbin/sendmail"), (UnixFileMode)0b111_101_101);
        Directory.CreateDirectory(_tree.Path("/var/lib/prometheus/node-exporter"));
        Directory.CreateDirectory(_tree.Path("/var/www/html"));
        string here = command.Replace("/var/www", _tree.Path("/var/www"), StringComparison.Ordinal);

        ProgramResult result = ProgramResult.Run(
            "/bin/sh",
            ["-c", $"PATH=\"$1:$PATH\"; timeout --preserve-status 5 {here}", "sh", Repository.File("out", "bin")],
            ("LAMBOOT_ROOT", _tree.Root)
        );

        result.Error.ShouldBe("");
        result.ExitCode.ShouldBe(0);
    }

    private static string Program(string name) => Repository.File("out", "bin", name);

    private static IEnumerable<(string Number, string Text)> Steps() =>
        Step().Matches(Guide).Select(match => (match.Groups[1].Value, match.Groups[2].Value));

    private static IEnumerable<string> CommandsOf(string text) =>
        Block("sh")
            .Matches(text)
            .SelectMany(block => block.Groups[1].Value.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            .SelectMany(line => Comment().Replace(line, "").Split(" && "))
            .Select(command => command.Trim());

    private static Regex Block(string language) => new($"```{language}\n(.*?)```", RegexOptions.Singleline);

    [GeneratedRegex("^## (\\d)\\. [^\n]*\n(.*?)(?=^## |\\z)", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Step();

    [GeneratedRegex(" +# .*$")]
    private static partial Regex Comment();

    [GeneratedRegex("root (.*)' >/etc/cron.d/")]
    private static partial Regex Cron();

    [GeneratedRegex("\\bLamBoot(?:Vm|Vms|Node|Monitor)[A-Z]\\w+")]
    private static partial Regex Alert();
}
