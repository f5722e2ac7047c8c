using System.Text.RegularExpressions;

namespace LamBoot.Package.Tests.Docs;

/// <summary>Each command in an <c>sh</c> block does what it says, in order, on a host with one VM; what cannot run here is at least valid.</summary>
public sealed partial class CommandTests : IDisposable
{
    private const string Examples = "/usr/share/doc/lamboot-hook/examples";

    // Others run the commands on these pages: tests/guest/build in a Debian guest, UpstreamTests on a node set up with upstream's tools.
    private static readonly string[] RunElsewhere = ["guest.md", "from-upstream.md"];

    // From Debian's packages, or found only on a node.
    private static readonly string[] CannotRun = ["apt", "editor", "promtool"];

    private readonly HostTree _tree = new HostTree().AddQm();

    public static TheoryData<string> Pages =>
        [.. Page.Written.Except(RunElsewhere).Where(name => CommandsOf(new Page(name)).Any())];

    [Fact]
    public void Pages_that_others_run_have_commands() =>
        RunElsewhere.ShouldAllBe(name => CommandsOf(new Page(name)).Any());

    [Theory]
    [MemberData(nameof(Pages))]
    public void Its_commands_work(string name)
    {
        Fill();
        foreach (string command in CommandsOf(new Page(name)))
        {
            switch (command.Split(' '))
            {
                case ["lamboot-hook", "inspect", _, "--screen", _]: // requires a running VM; covered by ScreenTests
                    ProgramResult
                        .Run(Repository.File("out", "bin", "lamboot-hook"), ["inspect", "--help"])
                        .Output.ShouldContain("--screen <FILE.png>");
                    break;
                case ["lamboot-pve-monitor" or "lamboot-hook" or "mkdir" or "mv" or "ln", ..]:
                    ShouldRun(command);
                    break;
                case ["qm", "set" or "clone", ..]: // tests/e2e/qm knows these
                    ShouldRun(command);
                    break;
                case ["qm", "start" or "stop" or "shutdown" or "template", var vmid]:
                    vmid.ShouldMatch("^[1-9][0-9]{2}$");
                    break;
                case ["echo", ..] when Cron().Match(command) is { Success: true } cron:
                    ShouldRun(cron.Groups[1].Value);
                    break;
                case ["echo", "'deb", "[trusted=yes]", _, "stable", "main'", _]:
                    break;
                case ["systemctl", .. var verb, var unit]:
                    ShouldBeUnit(verb, unit);
                    break;
                case ["cd", var folder]:
                    Directory
                        .Exists(folder.Replace(Examples, Repository.File("etc-examples"), StringComparison.Ordinal))
                        .ShouldBeTrue(folder);
                    break;
                case ["install", .. var more]:
                    ShouldBeFiles(more);
                    break;
                default:
                    command.Split(' ')[0].ShouldBeOneOf(CannotRun);
                    NamesThisVersion(command);
                    break;
            }
        }
    }

    public void Dispose() => _tree.Dispose();

    private static IEnumerable<string> CommandsOf(Page page) =>
        page
            .Blocks.Where(block => block.Language == "sh")
            .SelectMany(block => block.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            .Select(line => Comment().Replace(line, "").Trim());

    private void Fill()
    {
        _tree.AddVm(100, "confirmed-4m");
        _tree.AddVm(101, "confirmed-4m");
        _tree.AddVm(900, "nolamboot-2m");
        _tree.Write("/etc/pve/.members", "{\n\"nodename\": \"pve1\",\n\"version\": 3\n}\n");
        _tree.Write("/etc/lamboot/fleet.toml", HostTree.FleetToml + "[monitor]\nmail_to = \"root\"\n");
        _tree.AddScript("/usr/sbin/sendmail", "exec cat >/dev/null\n");
        Directory.CreateDirectory(_tree.Path("/var/lib/prometheus/node-exporter"));
        Directory.CreateDirectory(_tree.Path("/var/www/html"));
        _tree.Hook(["attach", "100"]).ExitCode.ShouldBe(0);
    }

    /// <summary>Runs a command in the tree. A watch runs until it is terminated, and then exits successfully.</summary>
    private void ShouldRun(string command)
    {
        string here = HostPath().Replace(command, $" {_tree.Root}$1").Replace("qm ", $"{_tree.Root}{QmTree.Qm} ");

        ProgramResult result = ProgramResult.Run(
            "/bin/sh",
            ["-c", $"PATH=\"$1:$PATH\"; timeout --preserve-status 5 {here}", "sh", Repository.File("out", "bin")],
            ("LAMBOOT_ROOT", _tree.Root)
        );

        result.Error.ShouldBe("", command);
        result.ExitCode.ShouldBe(0, command);
    }

    private static void ShouldBeUnit(string[] verb, string unit)
    {
        if (
            (verb, unit) is ([], "daemon-reload") or (["reload"], "prometheus" or "nginx") or (["start"], "pve-cluster")
        )
        {
            return;
        }

        string.Join(' ', verb).ShouldBeOneOf("enable --now", "restart", "try-restart");
        File.Exists(Repository.File("etc-examples", "systemd", unit.Contains('.') ? unit : unit + ".service"))
            .ShouldBeTrue(unit);
    }

    /// <summary>Asserts that what is installed exists: a built program, or a file in the repository.</summary>
    private static void ShouldBeFiles(string[] arguments)
    {
        string[] files = [.. arguments[..^1].Where(word => !word.StartsWith('-') && !Mode().IsMatch(word))];
        files.ShouldNotBeEmpty();
        foreach (string file in files)
        {
            bool isThere =
                File.Exists(Repository.File(file.Split('/')))
                || Directory.GetFiles(Repository.File("etc-examples"), file, SearchOption.AllDirectories).Length == 1;
            isThere.ShouldBeTrue(file);
        }
    }

    private static void NamesThisVersion(string command)
    {
        string version = ProgramResult.Run(Repository.File("out", "bin", "lamboot-hook"), ["--version"]).Output.Trim();
        foreach (Match package in PackageFile().Matches(command))
        {
            $"lamboot-hook {package.Groups[1].Value}".ShouldBe(version);
        }
    }

    [GeneratedRegex(" +#.*$")]
    private static partial Regex Comment();

    [GeneratedRegex("root (.*)' >/etc/cron.d/")]
    private static partial Regex Cron();

    [GeneratedRegex(" (/(?:etc|var)/)")]
    private static partial Regex HostPath();

    [GeneratedRegex("^0[0-7]{3}$")]
    private static partial Regex Mode();

    [GeneratedRegex(@"lamboot-hook_([\d.]+)_a")]
    private static partial Regex PackageFile();
}
