namespace LamBoot.Package.Tests;

/// <summary>What bash offers when Tab is pressed.</summary>
public sealed class CompletionTests
{
    [Theory]
    [InlineData("post-start post-stop pre-start pre-stop", "100", "")]
    [InlineData("pre-start pre-stop", "101", "pre")]
    [InlineData("history", "hi")]
    [InlineData("101", "inspect", "101")]
    [InlineData("db web", "attach", "--tag", "")]
    [InlineData("web", "list", "--tag", "w")]
    [InlineData("--wide", "list", "--w")]
    public void Bash_offers(string offered, params string[] typed)
    {
        using HostTree tree = new();
        tree.AddVm(100, more: "tags: web\n\n[snapshot]\ntags: old\n");
        tree.AddVm(101, more: "tags: db;web\n");
        const string Script = """
            . "$1"
            shift
            COMP_WORDS=(lamboot-hook "$@") COMP_CWORD=$#
            _lamboot_hook
            printf '%s\n' "${COMPREPLY[@]}" | sort | paste -sd ' '
            """;

        ProgramResult result = ProgramResult.Run(
            "bash",
            ["-c", Script, "bash", Repository.File("packaging", "completion", "lamboot-hook"), .. typed],
            ("LAMBOOT_ROOT", tree.Root)
        );

        result.Error.ShouldBe("");
        result.Output.ShouldBe(offered + "\n");
    }
}
