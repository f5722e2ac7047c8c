using System.Text.RegularExpressions;

namespace LamBoot.Package.Tests;

/// <summary>The apt repository, as used by <c>tests/package/apt</c> in a clean Debian.</summary>
public sealed partial class RepositoryTests(RepositoryTests.Apt apt) : IClassFixture<RepositoryTests.Apt>
{
    /// <summary>Every check in the script.</summary>
    public static TheoryData<string> Checks =>
        [
            .. Check()
                .Matches(File.ReadAllText(Repository.File("tests", "package", "apt")))
                .Select(match => match.Groups[1].Value),
        ];

    [Theory]
    [MemberData(nameof(Checks))]
    public void Apt_installs_and_upgrades_from_it(string check) => apt.ShouldHavePassed(check);

    [GeneratedRegex("^check '([^']+)'", RegexOptions.Multiline)]
    private static partial Regex Check();

    /// <summary>The script's single run.</summary>
    public sealed class Apt()
        : CheckScript(
            "no clean Debian can be made here",
            Repository.File("tests", "package", "repository"),
            "bookworm"
        );
}
