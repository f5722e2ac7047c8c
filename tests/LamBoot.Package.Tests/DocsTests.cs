using System.Text.RegularExpressions;

namespace LamBoot.Package.Tests;

/// <summary>The guides show what the programs print, name existing options, and explain lines that are printed.</summary>
public sealed partial class DocsTests
{
    private static readonly string[] Guides = ["operations.md", "security.md"];

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

    public static TheoryData<string> GuideNames => [.. Guides];

    /// <summary>
    /// Every <c>console</c> block, in order, on one example host; <c>console trouble</c> blocks on one where VMs do not boot.
    /// </summary>
    [Theory]
    [MemberData(nameof(GuideNames))]
    public void Transcripts_are_what_is_printed(string guide)
    {
        using HostTree example = ExampleHost();
        using HostTree trouble = TroubleHost.Create();
        string text = File.ReadAllText(Repository.File("docs", guide));
        int commands = 0;
        foreach (Match block in Console().Matches(text))
        {
            HostTree tree = block.Groups[1].Length > 0 ? trouble : example;
            foreach (string part in block.Groups[2].Value.Split("$ ", StringSplitOptions.RemoveEmptyEntries))
            {
                int end = part.IndexOf('\n', StringComparison.Ordinal);
                ProgramResult result = ProgramResult.Run(
                    "/bin/sh",
                    ["-c", $"cd \"$1\" && PATH=\"$2:$PATH\" && {part[..end]} 2>&1", "sh", tree.Root, Bin],
                    ("LAMBOOT_ROOT", tree.Root)
                );
                Normal(result.Output).ShouldBe(part[(end + 1)..]);
                commands++;
            }
        }

        commands.ShouldBeGreaterThan(0);
    }

    [Theory]
    [InlineData("README.md")]
    [InlineData("docs", "monitoring.md")]
    [InlineData("docs", "operations.md")]
    [InlineData("docs", "security.md")]
    [InlineData("packaging", "man", "lamboot-hook.1")]
    [InlineData("packaging", "man", "lamboot-pve-monitor.1")]
    public void Options_that_are_named_are_there(params string[] page)
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
        ];

        foreach (Match named in Option().Matches(PageText(page)))
        {
            known.Concat(others).ShouldContain(named.Value);
        }
    }

    /// <summary>Everything listed by <c>--help</c> is in the man page and in the completions.</summary>
    [Fact]
    public void Man_pages_and_completions_have_every_option()
    {
        string hook = PageText("packaging", "man", "lamboot-hook.1");
        foreach (string command in Commands)
        {
            hook.ShouldContain(command);
            foreach (string option in Options([command, "--help"]))
            {
                hook.ShouldContain(option);
                PageText("packaging", "completion", "lamboot-hook").ShouldContain(option);
                PageText("packaging", "completion", "_lamboot-hook").ShouldContain(option);
            }
        }

        foreach (string option in OfMonitor())
        {
            PageText("packaging", "man", "lamboot-pve-monitor.1").ShouldContain(option);
            PageText("packaging", "completion", "lamboot-pve-monitor").ShouldContain(option);
            PageText("packaging", "completion", "_lamboot-pve-monitor").ShouldContain(option);
        }
    }

    /// <summary>Each task log line explained in the guide is printed by the source.</summary>
    [Fact]
    public void Task_log_lines_are_those_of_the_program()
    {
        string source =
            Sources("src", "LamBoot.Hook") + File.ReadAllText(Repository.File("hookscripts", "lamboot-hook"));
        string guide = File.ReadAllText(Repository.File("docs", "operations.md"));
        string table = guide.Split("| line |")[1].Split("\n\n")[0];
        string[] lines = [.. Line().Matches(table).Select(match => match.Groups[1].Value)];

        lines.Length.ShouldBeGreaterThan(15);
        foreach (string piece in lines.SelectMany(line => line.Split('…')))
        {
            source.ShouldContain(piece.Trim().Replace("\"", "\\\"", StringComparison.Ordinal));
        }
    }

    /// <summary>Man pages cause no warnings in man itself.</summary>
    [Theory]
    [InlineData("lamboot-hook.1")]
    [InlineData("lamboot-pve-monitor.1")]
    [InlineData("fleet.toml.5")]
    public void A_man_page_is_right(string page)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/groff"), "groff cannot be installed here");

        ProgramResult result = ProgramResult.Shell(
            "groff -man -Tutf8 -ww -z \"$1\" 2>&1",
            Repository.File("packaging", "man", page)
        );

        result.ShouldBe(new(0, "", ""));
    }

    /// <summary>Repository paths in backticks, and names of source files, refer to existing files.</summary>
    [Theory]
    [InlineData("CONTRIBUTING.md")]
    [InlineData("README.md")]
    [InlineData("docs", "architecture.md")]
    [InlineData("docs", "monitoring.md")]
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

    private static string Bin => Repository.File("out", "bin");

    private static string Sources(params string[] folder) =>
        string.Concat(
            Directory
                .GetFiles(Repository.File(folder), "*.cs", SearchOption.AllDirectories)
                .Where(path => !path.Contains("/obj/", StringComparison.Ordinal))
                .Select(File.ReadAllText)
        );

    private static HostTree ExampleHost()
    {
        HostTree tree = new HostTree().AddQm();
        ProgramResult
            .Shell(
                "cp -r \"$1\"/. \"$2\" && find \"$2\" -name '*.gz' -exec gunzip {} +",
                Repository.File("etc-examples", "host"),
                tree.Root
            )
            .ExitCode.ShouldBe(0);
        CorpusImage.Get("entry-ctl").WriteTo(tree.Path("/OVMF_VARS.fd"));
        File.Copy(Repository.File("tests", "corpus", "lamboot-test.crt"), tree.Path("/cert.pem"));
        return tree;
    }

    private static string Normal(string text) =>
        Backup()
            .Replace(
                Digest()
                    .Replace(
                        Golden.HideNow(text).Replace("NOW", "NOW                 ", StringComparison.Ordinal),
                        "DIGEST"
                    ),
                "$1-TIME"
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

    [GeneratedRegex("```console( trouble)?\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Console();

    [GeneratedRegex("--[a-z][a-z0-9-]+")]
    private static partial Regex Option();

    [GeneratedRegex("^\\| `([^`]+)` \\|", RegexOptions.Multiline)]
    private static partial Regex Line();

    [GeneratedRegex("\\b[0-9a-f]{40}\\b")]
    private static partial Regex Digest();

    // The name of a store's backup.
    [GeneratedRegex(@"\b(\d+)-\d{8}T\d{6}\.\d{3}Z")]
    private static partial Regex Backup();
}
