using System.Text.RegularExpressions;

namespace LamBoot.Package.Tests;

/// <summary>The README shows what the programs print.</summary>
public sealed partial class ReadmeTests
{
    [Fact]
    public void The_transcript_is_what_the_demo_prints()
    {
        ProgramResult demo = ProgramResult.Run(Repository.File("etc-examples", "demo.sh"), []);

        demo.ExitCode.ShouldBe(0);
        Normal(File.ReadAllText(Repository.File("README.md"))).ShouldContain(Normal(demo.Output));
    }

    private static string Normal(string text) =>
        Written().Replace(text.Replace(Repository.Top, "/work/lamboot-hook", StringComparison.Ordinal), "$1NOW");

    [GeneratedRegex("(\"(?:written|observed)_at\": ?\")[^\"]*")]
    private static partial Regex Written();
}
