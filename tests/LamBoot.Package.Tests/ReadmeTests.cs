using System.Text.RegularExpressions;

namespace LamBoot.Package.Tests;

/// <summary>The first ten minutes: the README shows what the programs print, and its demo has no prerequisites.</summary>
public sealed partial class ReadmeTests
{
    private const string Table =
        "8 VMs: 1 critical, 1 warning, 0 unknown, 6 healthy; 2 without LamBoot not shown (--all)";

    private static string Text => File.ReadAllText(Repository.File("README.md"));

    [Fact]
    public void It_is_short()
    {
        string[] lines = Text.Split('\n');

        lines.Length.ShouldBeLessThanOrEqualTo(151); // the last one is empty
        lines.ShouldAllBe(line => line.Length <= 100);
    }

    /// <summary>Each command with its output, in the demo's order; both show the table.</summary>
    [Fact]
    public void Its_transcripts_are_what_the_demo_prints()
    {
        ProgramResult demo = ProgramResult.Run(Repository.File("etc-examples", "demo"), []);
        string[] commands = [.. Transcript().Matches(Text).SelectMany(block => block.Groups[1].Value.Split("\n\n"))];

        demo.ShouldBe(new(0, demo.Output, ""));
        demo.Output.ShouldContain(Table);
        commands.Length.ShouldBeGreaterThan(1);
        int at = 0;
        foreach (string command in commands)
        {
            demo.Output[at..].ShouldContain(command.TrimEnd() + "\n\n");
            at = demo.Output.IndexOf(command, StringComparison.Ordinal);
        }
    }

    /// <summary>Another command on the demo's node: what the README says about <c>demo sh</c>.</summary>
    [Fact]
    public void The_demo_gives_a_shell()
    {
        ProgramResult shell = ProgramResult.Run(
            Repository.File("etc-examples", "demo"),
            ["sh", "-c", "lamboot-pve-monitor --exit-code >/dev/null || echo $?; lamboot-hook inspect 103"]
        );

        shell.ExitCode.ShouldBe(0, shell.Error);
        shell.Output.ShouldStartWith("2\nVM 103 (web2) on pve1, running");
        shell.Output.ShouldMatch(@"this boot +[a-z ]+ own [a-z]+ \(/var/lib/lamboot/103\.json\)");
    }

    /// <summary>
    /// Each run of text in the picture of the terminal is printed by the programs: 'make pictures' redraws it. Ages, and what is cut to fit
    /// the terminal, depend on the day and the width.
    /// </summary>
    [Fact]
    public void The_terminals_picture_is_of_the_programs_of_now()
    {
        ProgramResult now = ProgramResult.Run(
            Repository.File("etc-examples", "demo"),
            ["sh", "-c", "lamboot-pve-monitor --wide; lamboot-hook crash 101 --list"]
        );
        string[] shown =
        [
            .. Run()
                .Matches(File.ReadAllText(Repository.File("docs", "pictures", "terminal.svg")))
                .Select(match => match.Groups[1].Value.TrimEnd('…')),
        ];

        shown.Length.ShouldBeGreaterThan(60);
        shown
            .Where(text => !Age().IsMatch(text) && !text.StartsWith('$'))
            .ShouldAllBe(text => now.Output.Contains(text));
        shown.ShouldContain(Table);
    }

    [Theory]
    [InlineData("terminal.svg")]
    [InlineData("page.png")]
    public void Its_pictures_are_there_and_small(string picture)
    {
        Text.ShouldContain($"](docs/pictures/{picture})");
        new FileInfo(Repository.File("docs", "pictures", picture)).Length.ShouldBeInRange(5_000, 150_000);
    }

    /// <summary>The package, unpacked into a folder by a user other than root.</summary>
    [Fact]
    public void The_packages_demo_runs_without_an_installation()
    {
        string package = Directory.GetFiles(Repository.File("out"), "lamboot-hook_*_amd64.deb").Single();
        using HostTree tree = new();
        ProgramResult.Shell("chmod 0755 \"$2\" && dpkg -x \"$1\" \"$2/try\"", package, tree.Root).ExitCode.ShouldBe(0);

        ProgramResult demo = ProgramResult.Shell(
            "mkdir -m 1777 \"$1/tmp\" && TMPDIR=\"$1/tmp\" setpriv --reuid 65534 --regid 65534 --clear-groups \"$1/try$2\"",
            tree.Root,
            "/usr/share/doc/lamboot-hook/examples/demo"
        );

        demo.ShouldBe(new(0, demo.Output, ""));
        demo.Output.ShouldContain(Table);
        Text.ShouldContain("try/usr/share/doc/lamboot-hook/examples/demo\n");
    }

    [GeneratedRegex("```console\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Transcript();

    [GeneratedRegex("<text [^>]*>([^<]*)</text>")]
    private static partial Regex Run();

    [GeneratedRegex("^[0-9]+ (?:min|h|d)(?: ago)?$")]
    private static partial Regex Age();
}
