namespace LamBoot.Hook.Tests;

/// <summary>The snippet: it hands over to the program, and lets the VM start where that is not to be had.</summary>
public sealed class HookscriptTests
{
    private const string Installed = "/usr/local/bin/lamboot-hook";

    [Theory]
    [InlineData("dash")]
    [InlineData("bash")]
    public void It_becomes_the_program(string shell)
    {
        using HostTree tree = new();
        string script = Script(tree, "#!/bin/sh\necho \"$$ $*\"; exit 3\n");

        ProgramResult result = ProgramResult.Run(
            "/bin/sh",
            ["-c", "echo $$; exec \"$@\"", "sh", shell, script, "100", "pre-start"]
        );

        result.ExitCode.ShouldBe(3);
        string[] lines = result.Output.Split('\n');
        lines[1].ShouldBe($"{lines[0]} 100 pre-start");
    }

    [Theory]
    [InlineData("dash", null)]
    [InlineData("bash", null)]
    [InlineData("dash", "\u007fELF garbage")]
    [InlineData("bash", "\u007fELF garbage")]
    [InlineData("dash", "#!/nowhere/sh\n")]
    [InlineData("bash", "#!/nowhere/sh\n")]
    public void Without_the_program_the_VM_starts(string shell, string? program)
    {
        using HostTree tree = new();
        string script = Script(tree, program);

        ProgramResult result = ProgramResult.Run(shell, [script, "100", "pre-start"]);

        result.ExitCode.ShouldBe(0);
        result.Output.ShouldBe("");
        string[] lines = result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        lines[^1]
            .ShouldBe(
                $"lamboot-hook: VM 100: error: cannot run {tree.Path("/program")}: nothing done in pre-start; install it, or end "
                    + "this with qm set 100 --delete hookscript"
            );
        if (program is null)
        {
            lines.Length.ShouldBe(1);
        }
    }

    [Fact]
    public void It_is_executable_and_names_the_installed_program()
    {
        string script = Repository.File("hookscripts", "lamboot-hook");

        File.GetUnixFileMode(script).HasFlag(UnixFileMode.UserExecute).ShouldBeTrue();
        File.ReadAllText(script).ShouldContain($"\nprogram={Installed}\n");
        File.ReadAllText(Repository.File("README.md")).ShouldContain(Installed);
    }

    private static string Script(HostTree tree, string? program)
    {
        if (program is not null)
        {
            tree.Write("/program", program);
            File.SetUnixFileMode(tree.Path("/program"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }

        string script = File.ReadAllText(Repository.File("hookscripts", "lamboot-hook"));
        tree.Write("/script", script.Replace(Installed, tree.Path("/program"), StringComparison.Ordinal));
        return tree.Path("/script");
    }
}
