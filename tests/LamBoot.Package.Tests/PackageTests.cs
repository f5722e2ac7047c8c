using System.Text.RegularExpressions;

namespace LamBoot.Package.Tests;

/// <summary>The package's life cycle in a clean Debian, as run by <c>tests/package/script</c>.</summary>
public sealed partial class PackageTests(PackageTests.Life life) : IClassFixture<PackageTests.Life>
{
    private static string Script => Repository.File("tests", "package", "script");

    private static string Package => Directory.GetFiles(Repository.File("out"), "lamboot-hook_*_amd64.deb").Single();

    /// <summary>Every check in the script.</summary>
    public static TheoryData<string> Checks =>
        [.. Check().Matches(File.ReadAllText(Script)).Select(match => match.Groups[1].Value)];

    [Theory]
    [MemberData(nameof(Checks))]
    public void It_lives_and_goes_without_a_trace(string check) => life.ShouldHavePassed(check);

    [Fact]
    public void Lintian_has_nothing_against_it()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/lintian"), "lintian cannot be installed here");

        ProgramResult result = ProgramResult.Shell("lintian --fail-on error,warning \"$1\" 2>/dev/null", Package);

        result.ShouldBe(new(0, "", ""));
    }

    [Fact]
    public void It_has_every_page_of_the_documentation()
    {
        string listed = ProgramResult.Shell("dpkg-deb -c \"$1\"", Package).Output;

        Docs.Page.All.ShouldAllBe(page => listed.Contains($" ./usr/share/doc/lamboot-hook/docs/{page}\n"));
    }

    /// <summary>Another clone of this commit, in another folder, produces the same bytes.</summary>
    [Fact]
    public void Two_builds_of_one_commit_are_the_same()
    {
        string changed = ProgramResult.Shell("git -C \"$1\" status --porcelain 2>&1", Repository.Top).Output;
        Assert.SkipUnless(changed.Length == 0, "this is no commit: " + changed.Split('\n')[0]);
        using HostTree tree = new();

        ProgramResult built = ProgramResult.Run(
            "/bin/sh",
            [
                "-c",
                "git clone -q \"$1\" \"$2\" && make -s -C \"$2\" deb >&2 && cmp \"$2\"/out/*.deb \"$3\"",
                "sh",
                Repository.Top,
                tree.Path("/elsewhere"),
                Package,
            ],
            TimeSpan.FromMinutes(5)
        );

        built.ShouldBe(new(0, "", built.Error), built.Error);
    }

    /// <summary>The bill of materials names what is linked into the programs.</summary>
    [Theory]
    [InlineData("Hook", "Tomlyn@2.10.2", "ILCompiler@10.0.12")]
    [InlineData("Commands", "System.CommandLine@3.0.0", "Tomlyn@2.10.2", "ILCompiler@10.0.12")]
    [InlineData("Monitor", "System.CommandLine@3.0.0", "Tomlyn@2.10.2", "ILCompiler@10.0.12")]
    public void The_bill_of_materials_has_the_libraries(string program, params string[] libraries)
    {
        using HostTree tree = new();
        ProgramResult.Shell("dpkg-deb -x \"$1\" \"$2\"", Package, tree.Root).ExitCode.ShouldBe(0);

        string bill = File.ReadAllText(tree.Path($"/usr/share/doc/lamboot-hook/sbom-{program}.cdx.json"));

        foreach (string library in libraries)
        {
            bill.ShouldContain(library);
        }
    }

    [GeneratedRegex("^check '([^']+)'", RegexOptions.Multiline)]
    private static partial Regex Check();

    /// <summary>The script's single run.</summary>
    public sealed class Life()
        : CheckScript("no clean Debian can be made here", Repository.File("tests", "package", "run"));
}
