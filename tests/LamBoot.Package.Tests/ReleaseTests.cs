using System.Text.RegularExpressions;

namespace LamBoot.Package.Tests;

/// <summary>The parts of a release agree: versions, changes, the maintainer, and where users look.</summary>
public sealed partial class ReleaseTests
{
    private static string Package => Directory.GetFiles(Repository.File("out"), "lamboot-hook_*_amd64.deb").Single();

    [Fact]
    public void The_changelog_of_the_package_is_the_repositorys()
    {
        string[] items = Item().Matches(File.ReadAllText(Repository.File("CHANGELOG.md"))).Select(Squeeze).ToArray();

        string packaged = Sh(
            "dpkg-deb --fsys-tarfile \"$1\" | tar -xO ./usr/share/doc/lamboot-hook/changelog.gz | zcat",
            Package
        );

        packaged.ShouldStartWith($"lamboot-hook ({Sh("dpkg-deb -f \"$1\" Version", Package).Trim()}) ");
        items.Length.ShouldBeGreaterThan(10);
        PackagedItem().Matches(packaged).Select(Squeeze).ShouldBe(items);
    }

    [Fact]
    public void The_package_has_the_version_of_its_programs() =>
        Sh("dpkg-deb -f \"$1\" Version", Package)
            .ShouldBe(
                ProgramResult.Run(Repository.File("out", "bin", "lamboot-hook"), ["--version"]).Output.Split(' ')[1]
            );

    /// <summary>Every version in the changelog has a date, newest first.</summary>
    [Fact]
    public void Versions_come_newest_first()
    {
        string[] headings =
        [
            .. File.ReadLines(Repository.File("CHANGELOG.md"))
                .Where(line => line.StartsWith("## ", StringComparison.Ordinal)),
        ];

        headings[0].ShouldBe("## [Unreleased]");
        string[] days = [.. headings[1..].Select(heading => Heading().Match(heading).Groups[1].Value)];
        days.ShouldAllBe(day => day.Length > 0);
        days.ShouldBe(days.OrderDescending(StringComparer.Ordinal));
    }

    /// <summary>The maintainer, the home page and the documentation are as in <c>packaging/project</c>, and nothing contradicts it.</summary>
    [Fact]
    public void Addresses_are_the_projects()
    {
        string[] setting = Sh(
                "cd \"$1\" && . packaging/project && printf '%s\\n' \"$MAINTAINER\" \"$HOMEPAGE\" \"$DOCUMENTATION\"",
                Repository.Top
            )
            .TrimEnd()
            .Split('\n');

        Sh("dpkg-deb -f \"$1\" Maintainer Homepage", Package)
            .ShouldBe($"Maintainer: {setting[0]}\nHomepage: {setting[1]}\n");
        string[] documentation =
        [
            .. Directory
                .EnumerateFiles(Repository.File("etc-examples"), "*.service", SearchOption.AllDirectories)
                .SelectMany(File.ReadLines)
                .Where(line => line.StartsWith("Documentation=http", StringComparison.Ordinal)),
        ];
        documentation.ShouldNotBeEmpty();
        documentation.ShouldAllBe(line => line == $"Documentation={setting[2]}");
    }

    /// <summary>A release has both packages, their contents, and checksums for all of it.</summary>
    [Fact]
    public void A_release_is_whole()
    {
        Assert.SkipWhen(Arm64Programs.Missing is not null, Arm64Programs.Missing ?? "");

        string[] made = Sh("cd \"$1\" && packaging/build-release 2>/dev/null", Repository.Top).TrimEnd().Split('\n');

        string release = Repository.File("out", "release");
        Sh("cd \"$1\" && sha256sum --quiet --strict -c SHA256SUMS && grep -c . SHA256SUMS", release)
            .ShouldBe($"{made.Length - 1}\n");
        made.Count(file => file.EndsWith(".deb", StringComparison.Ordinal)).ShouldBe(4);
        made.Count(file => file.EndsWith(".cdx.json", StringComparison.Ordinal)).ShouldBe(6);
        foreach (string architecture in (string[])["amd64", "arm64"])
        {
            string list = File.ReadAllText(
                Path.Combine(release, "apt/dists/stable/main", $"binary-{architecture}", "Packages")
            );
            list.ShouldContain($"\nArchitecture: {architecture}\n");
            list.Split("Package: ").Length.ShouldBe(2);
        }

        string notes = File.ReadAllText(Path.Combine(release, "RELEASE-NOTES.md"));
        Item()
            .Matches(File.ReadAllText(Repository.File("CHANGELOG.md")))
            .ShouldAllBe(item => notes.Contains(item.Value, StringComparison.Ordinal));
    }

    private static string Squeeze(Match item) => Spaces().Replace(item.Groups["text"].Value.Trim(), " ");

    private static string Sh(string script, string argument)
    {
        ProgramResult result = ProgramResult.Shell(script, argument);
        result.ExitCode.ShouldBe(0, result.Output + result.Error);
        return result.Output;
    }

    [GeneratedRegex(@"^- (?<text>.*(?:\n  .*)*)", RegexOptions.Multiline)]
    private static partial Regex Item();

    [GeneratedRegex(
        @"^  \* (?:Added|Changed|Deprecated|Removed|Fixed|Security): (?<text>.*(?:\n    .*)*)",
        RegexOptions.Multiline
    )]
    private static partial Regex PackagedItem();

    [GeneratedRegex(@"^## \[[0-9.]+\] - (\d{4}-\d\d-\d\d)$")]
    private static partial Regex Heading();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
