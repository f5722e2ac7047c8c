using System.Globalization;
using System.Text.RegularExpressions;

namespace LamBoot.Package.Tests;

/// <summary>The programs and the package for arm64: they do the same as those for amd64.</summary>
public sealed partial class Arm64Tests(Arm64Programs programs) : IClassFixture<Arm64Programs>
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private static readonly string[] Stores =
    [
        .. CorpusImage.All.Where(image => !image.IsQcow2).Select(image => image.Name),
    ];

    /// <summary>Tests of phases, of commands, and of what the monitor starts: with locks, leases, records and children.</summary>
    [Theory]
    [InlineData("Hook", "Phases.PhaseTests", "Phases.RecordTests", "Phases.ChainTests", "Phases.CloneRecordTests")]
    [InlineData("Commands", "Attach.AttachTests")]
    [InlineData("Monitor", "Alerts.TestAlertTests", "Alerts.QuietTests")]
    public void Tests_of_the_programs_pass(string project, params string[] classes)
    {
        Assert.SkipWhen(Arm64Programs.Missing is not null, Arm64Programs.Missing ?? "");

        ProgramResult tests = ProgramResult.Run(
            "/bin/sh",
            [
                "-c",
                $"{Repository.ProgramsVariable}=$1; export {Repository.ProgramsVariable}; shift; exec \"$@\"",
                "sh",
                programs.Folder,
                TestProgram(project),
                "--progress",
                "off",
                .. classes.SelectMany(name => new[] { "--filter-class", $"LamBoot.{project}.Tests.{name}" }),
            ],
            Patience
        );

        tests.ExitCode.ShouldBe(0, tests.Output + tests.Error);
    }

    /// <summary>Every store in the corpus, in one survey, in full: what is read, judged and shown is the same.</summary>
    [Fact]
    public void A_survey_of_all_stores_is_the_same()
    {
        Assert.SkipWhen(Arm64Programs.Missing is not null, Arm64Programs.Missing ?? "");

        string expected = Survey(Repository.File("out", "bin"));

        Stores.Length.ShouldBeGreaterThan(50);
        expected.Split("\"vmid\"").Length.ShouldBe(Stores.Length + 1);
        Survey(programs.Folder).ShouldBe(expected);
    }

    /// <summary>The packages have the same files, links and modes; only the programs and their bills of materials differ.</summary>
    [Fact]
    public void The_package_differs_in_the_programs_alone()
    {
        Assert.SkipWhen(Arm64Programs.Missing is not null, Arm64Programs.Missing ?? "");
        string[] packages = [Package("amd64"), Package("arm64")];

        string[] listings = [.. packages.Select(Listing)];
        string[] sums =
        [
            .. packages
                .Select(package => Sh("dpkg-deb -I \"$1\" md5sums", package))
                .SelectMany(text => text.Split('\n')),
        ];

        listings[1].ShouldBe(listings[0]);
        string[] different =
        [
            .. sums.GroupBy(line => line)
                .Where(group => group.Count() == 1)
                .Select(group => group.Key.Split("  ")[1])
                .Distinct()
                .Order(StringComparer.Ordinal),
        ];
        different.ShouldBe([
            "usr/bin/lamboot-hook",
            "usr/bin/lamboot-pve-monitor",
            "usr/libexec/lamboot-hook/lamboot-hook-commands",
            "usr/share/doc/lamboot-hook/sbom-Commands.cdx.json",
            "usr/share/doc/lamboot-hook/sbom-Hook.cdx.json",
            "usr/share/doc/lamboot-hook/sbom-Monitor.cdx.json",
        ]);
    }

    /// <summary>Its programs need no newer C library than stated: that of Debian 12.</summary>
    [Theory]
    [InlineData("lamboot-hook")]
    [InlineData("lamboot-hook-commands")]
    [InlineData("lamboot-pve-monitor")]
    public void A_program_needs_the_C_library_of_Debian_12_at_most(string program)
    {
        Assert.SkipWhen(Arm64Programs.Missing is not null, Arm64Programs.Missing ?? "");

        string header = Sh(
            "aarch64-linux-gnu-readelf -h -V -W \"$1\"",
            Repository.File("out", "arm64", "bin", program)
        );

        header.ShouldContain("AArch64");
        Version[] needed = [.. GlibcVersion().Matches(header).Select(match => Version.Parse(match.Groups[1].Value))];
        needed.Max().ShouldBeLessThanOrEqualTo(new Version(2, 36));
    }

    [Fact]
    public void Lintian_has_nothing_against_the_package()
    {
        Assert.SkipWhen(Arm64Programs.Missing is not null, Arm64Programs.Missing ?? "");
        Assert.SkipUnless(File.Exists("/usr/bin/lintian"), "lintian cannot be installed here");

        Sh("lintian --fail-on error,warning \"$1\" 2>/dev/null", Package("arm64")).ShouldBe("");
    }

    private static string TestProgram(string project) =>
        Repository.File("tests", $"LamBoot.{project}.Tests", "bin", "Release", "net10.0", $"LamBoot.{project}.Tests");

    private static string Package(string architecture) =>
        Directory.GetFiles(Repository.File("out"), $"lamboot-hook_*_{architecture}.deb").Single();

    private static string Listing(string package) => Size().Replace(Sh("dpkg-deb -c \"$1\"", package), "$1 ");

    private static string Survey(string programs)
    {
        using HostTree tree = new();
        foreach ((int index, string store) in Stores.Index())
        {
            tree.AddVm(100 + index, store);
        }

        ProgramResult survey = ProgramResult.Run(
            Path.Combine(programs, "lamboot-pve-monitor"),
            ["--json", "--all"],
            ("LAMBOOT_ROOT", tree.Root)
        );
        survey.ExitCode.ShouldBe(0, survey.Error);
        return Golden.HideNow(survey.Output);
    }

    private static string Sh(string script, string file)
    {
        ProgramResult result = ProgramResult.Shell(script, file);
        result.ExitCode.ShouldBe(
            0,
            string.Create(CultureInfo.InvariantCulture, $"{script}: {result.Output}{result.Error}")
        );
        return result.Output;
    }

    [GeneratedRegex(@"^(\S+ root/root) +\d+ ", RegexOptions.Multiline)]
    private static partial Regex Size();

    [GeneratedRegex(@"GLIBC_(\d+\.\d+)")]
    private static partial Regex GlibcVersion();
}
