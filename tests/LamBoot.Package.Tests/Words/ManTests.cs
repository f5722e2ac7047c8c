using System.Text.RegularExpressions;

namespace LamBoot.Package.Tests.Words;

/// <summary>The man pages: one page per command, the words of <c>--help</c>, and the expected sections.</summary>
public sealed partial class ManTests
{
    private static readonly string[] Sections = ["NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "EXAMPLES", "SEE ALSO"];

    public static TheoryData<string> Pages => [.. ManPage.Names];

    [Fact]
    public void There_is_a_page_a_command_and_no_other()
    {
        string[] commands = [.. Help.Commands.Except(["detach"]).Select(command => $"lamboot-hook-{command}.1")];

        ManPage.Names.ShouldBe(
            [.. commands, "fleet.toml.5", "lamboot-hook.1", "lamboot-pve-monitor.1"],
            ignoreOrder: true
        );
        ManPage.Text("lamboot-hook-attach.1").ShouldContain("\nlamboot-hook-attach, lamboot-hook-detach - ");
    }

    /// <summary>Each option has the words of <c>--help</c>, in the same order, and there are no others.</summary>
    [Fact]
    public void Options_are_those_of_help() =>
        ProgramResult
            .Run(Repository.File("packaging", "man-options"), ["--check"])
            .ShouldBe(new(0, "", ""), "packaging/man-options writes them into the pages");

    /// <summary>attach's page is also detach's.</summary>
    [Fact]
    public void Options_of_detach_are_those_of_attach() =>
        Help.Options("lamboot-hook", "detach").ShouldBeSubsetOf(Help.Options("lamboot-hook", "attach"));

    [Theory]
    [MemberData(nameof(Pages))]
    public void A_page_has_the_sections_that_one_looks_for(string page)
    {
        string[] found = [.. Section().Matches(ManPage.Text(page)).Select(match => match.Groups[1].Value)];

        found.Select(section => section == "KEYS" ? "OPTIONS" : section).Where(Sections.Contains).ShouldBe(Sections);
    }

    /// <summary>Options in synopses, prose and examples belong to the page's command, or to another one that is named.</summary>
    [Theory]
    [MemberData(nameof(Pages))]
    public void Options_that_are_named_are_there(string page)
    {
        string text = ManPage.Text(page);
        HashSet<string> known = ["--now", "--boot", "--efidisk0"]; // systemctl's, qm's
        foreach (
            string command in Help.Commands.Where(command =>
                page == $"lamboot-hook-{command}.1" || text.Contains(command)
            )
        )
        {
            known.UnionWith(Help.Options("lamboot-hook", command));
        }

        known.UnionWith(text.Contains("lamboot-pve-monitor") ? Help.Options("lamboot-pve-monitor") : []);
        Option().Matches(text).Select(match => match.Value).ShouldBeSubsetOf(known);
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void Pages_that_are_named_are_there(string page)
    {
        string[] known = [.. ManPage.Names, "lamboot-hook-detach.1", "qm.1", "ps.1"];

        foreach (Match named in Reference().Matches(ManPage.Text(page)))
        {
            known.ShouldContain($"{named.Groups[1].Value}.{named.Groups[2].Value}");
        }
    }

    /// <summary>The overview has every command with what its page says it does, and fits on three screens.</summary>
    [Fact]
    public void The_overview_lists_the_commands()
    {
        string overview = ManPage.Text("lamboot-hook.1");
        foreach (string page in ManPage.Names.Where(name => name.StartsWith("lamboot-hook-", StringComparison.Ordinal)))
        {
            string does = Does().Match(ManPage.Text(page)).Groups[1].Value;
            overview.ShouldContain($".BR {page[..^2]} (1)\n{does}\n");
        }

        Assert.SkipUnless(File.Exists("/usr/bin/groff"), "groff cannot be installed here");
        ProgramResult
            .Shell("groff -man -rcR=1 -rLL=80n -Tascii \"$1\"", ManPage.Path("lamboot-hook.1"))
            .Output.Split('\n')
            .Length.ShouldBeInRange(60, 120);
    }

    /// <summary>Man pages cause no warnings in man itself.</summary>
    [Theory]
    [MemberData(nameof(Pages))]
    public void A_page_is_right(string page)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/groff"), "groff cannot be installed here");

        ProgramResult result = ProgramResult.Shell("groff -man -Tutf8 -ww -z \"$1\" 2>&1", ManPage.Path(page));

        result.ShouldBe(new(0, "", ""));
    }

    [GeneratedRegex("^\\.SH (.*)$", RegexOptions.Multiline)]
    private static partial Regex Section();

    [GeneratedRegex("--[a-z][a-z0-9-]+")]
    private static partial Regex Option();

    [GeneratedRegex("([a-z][a-z.-]+) ?\\(([1-8])\\)")]
    private static partial Regex Reference();

    [GeneratedRegex("\\.SH NAME\n.* - (.*)\n")]
    private static partial Regex Does();
}
