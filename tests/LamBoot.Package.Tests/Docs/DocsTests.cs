using System.Text.RegularExpressions;

namespace LamBoot.Package.Tests.Docs;

/// <summary>The guides show what the programs print, name existing options, and explain lines that are printed.</summary>
public sealed partial class DocsTests
{
    private static readonly string[] Commands =
    [
        "inspect",
        "history",
        "crash",
        "list",
        "attach",
        "detach",
        "check",
        "secureboot",
        "enroll",
        "apply",
        "restore",
        "reset",
        "rescue",
        "boot",
    ];

    public static TheoryData<string> Pages =>
        [
            "README.md",
            "packaging/man/lamboot-hook.1",
            "packaging/man/lamboot-pve-monitor.1",
            .. Page.Written.Where(name => name != "guest.md").Select(name => $"docs/{name}"), // the guest's commands are the guest's own
        ];

    [Theory]
    [MemberData(nameof(Pages))]
    public void Options_that_are_named_are_there(string page)
    {
        string[] known = [.. Options(["--help"]), .. Commands.SelectMany(command => Options([command, "--help"]))];
        string[] others =
        [
            .. OfMonitor(),
            "--watch",
            "--efidisk0",
            "--hookscript",
            "--delete",
            "--args",
            "--content",
            "--digest",
            "--boot", // qm's
            "--now", // systemctl's
            "--name", // qm's
            "--allow-downgrades", // apt's
            "--alert-webhook", // upstream's, which are accepted
            "--fleet-config",
            "--log-path",
        ];

        foreach (Match named in Option().Matches(PageText(page)))
        {
            known.Concat(others).ShouldContain(named.Value);
        }
    }

    /// <summary>Each task log line explained in the guide is printed by the source.</summary>
    [Fact]
    public void Task_log_lines_are_those_of_the_program()
    {
        string source =
            Sources("src", "LamBoot.Hook") + File.ReadAllText(Repository.File("hookscripts", "lamboot-hook"));
        string guide = File.ReadAllText(Repository.File("docs", "task-log.md"));
        string[] lines = [.. Line().Matches(guide).Select(match => match.Groups[1].Value)];

        lines.Length.ShouldBeGreaterThan(15);
        foreach (string piece in lines.SelectMany(line => line.Split('…')))
        {
            source.ShouldContain(piece.Trim().Replace("\"", "\\\"", StringComparison.Ordinal));
        }
    }

    /// <summary>Repository paths in backticks, and names of source files, refer to existing files.</summary>
    [Theory]
    [InlineData("CONTRIBUTING.md")]
    [InlineData("README.md")]
    [InlineData("docs", "alerts.md")]
    [InlineData("docs", "architecture.md")]
    [InlineData("docs", "prometheus.md")]
    public void Files_that_are_named_are_there(params string[] page)
    {
        string[] files =
        [
            .. ProgramResult
                .Run("git", ["-C", Repository.Top, "ls-files", "--cached", "--others", "--exclude-standard"])
                .Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Where(file => File.Exists(Repository.File(file))),
        ];
        string[] named = [.. NamedFile().Matches(PageText(page)).Select(match => match.Groups[1].Value)];

        named.ShouldNotBeEmpty();
        foreach (string name in named)
        {
            files.ShouldContain(
                file => file == name || file.StartsWith(name.TrimEnd('/') + '/') || file.EndsWith('/' + name),
                $"{page[^1]} names {name}"
            );
        }
    }

    private static string Sources(params string[] folder) =>
        string.Concat(
            Directory
                .GetFiles(Repository.File(folder), "*.cs", SearchOption.AllDirectories)
                .Where(path => !path.Contains("/obj/", StringComparison.Ordinal))
                .Select(File.ReadAllText)
        );

    private static string[] OfMonitor() =>
        Named(ProgramResult.Run(Repository.File("out", "bin", "lamboot-pve-monitor"), ["--help"]).Output);

    private static string[] Options(string[] arguments) =>
        Named(ProgramResult.Run(Repository.File("out", "bin", "lamboot-hook"), arguments).Output);

    private static string[] Named(string help) => [.. Option().Matches(help).Select(match => match.Value).Distinct()];

    /// <summary>The text of a page, with troff's dashes replaced by plain ones.</summary>
    private static string PageText(params string[] page) =>
        File.ReadAllText(Repository.File(page)).Replace("\\-", "-", StringComparison.Ordinal);

    // A path below a folder of the repository, or a source file.
    [GeneratedRegex("`((?:src|tests|docs|bench|packaging|hookscripts|etc-examples)/[^` ]*|[A-Za-z.]+\\.cs)`")]
    private static partial Regex NamedFile();

    [GeneratedRegex("--[a-z][a-z0-9-]+")]
    private static partial Regex Option();

    [GeneratedRegex("^- \\*\\*`([^`]+)`\\*\\*", RegexOptions.Multiline)]
    private static partial Regex Line();
}
