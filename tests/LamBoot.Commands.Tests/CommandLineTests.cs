namespace LamBoot.Commands.Tests;

/// <summary>The command line itself: help, usage errors, and options shared by all commands.</summary>
public sealed class CommandLineTests
{
    [Fact]
    public void Help() => Trees.Run("--help").Output.ShouldBeGolden();

    [Fact]
    public void Help_of_inspect() => Trees.Run("inspect", "--help").Output.ShouldBeGolden();

    [Fact]
    public void Help_of_history() => Trees.Run("history", "--help").Output.ShouldBeGolden();

    [Fact]
    public void Version() => Trees.Run("--version").ShouldBe(new(0, "lamboot-hook 0.1.0\n", ""));

    [Theory]
    [InlineData("expected a command, or VMID and PHASE")]
    [InlineData("unknown command 'foo'", "foo")]
    [InlineData("unknown command 'foo'", "foo", "bar")]
    [InlineData("--last: expected a number, 1 or more", "history", "100", "--last", "x")]
    [InlineData("--last: expected a number, 1 or more", "history", "100", "--last", "99999999999")]
    [InlineData("expected a VMID, or --vars FILE", "inspect")]
    [InlineData("unexpected argument 'now' before 'check'", "now", "check")]
    [InlineData("unexpected argument '' before 'check'", "", "check")]
    [InlineData("expected a VMID, or --vars FILE", "inspect", "100", "--vars", "x")]
    [InlineData("invalid VMID '99' (must be 100–999999999)", "inspect", "99")]
    [InlineData("invalid VMID 'x' (must be 100–999999999)", "history", "x")]
    [InlineData("--last: expected a number, 1 or more", "history", "100", "--last", "0")]
    [InlineData("unknown option '--frob'", "inspect", "100", "--frob")]
    public void A_usage_error_is_one_line_and_2(string message, params string[] arguments) =>
        Trees.Run(arguments).ShouldBe(new(2, "", $"lamboot-hook: {message}; see 'lamboot-hook {See(arguments)}'\n"));

    [Theory]
    [InlineData("missing phase after VMID 100; did you mean 'lamboot-hook inspect 100'?", "100")]
    [InlineData("unknown command 'inspekt'; did you mean 'inspect'?", "inspekt", "100")]
    [InlineData("unknown command 'hsitory'; did you mean 'history'?", "help", "hsitory")]
    [InlineData("unknown option '--jsn'; did you mean '--json'?", "inspect", "100", "--jsn")]
    [InlineData("unknown option '--jsn'; did you mean '--json'?", "inspect", "--jsn", "100")]
    [InlineData("unknown option '--rot'; did you mean '--root'?", "check", "--rot=/tmp")]
    [InlineData("unknown command 'hlep'; did you mean 'help'?", "hlep")]
    [InlineData("unexpected argument 'hlep' before 'history'; did you mean 'help'?", "hlep", "history")]
    [InlineData("unknown command 'insp'; did you mean 'inspect'?", "insp", "100")]
    [InlineData("unknown command 'pre-start'; did you mean 'lamboot-hook 100 pre-start'?", "pre-start", "100")]
    [InlineData("unknown command 'poststop'; did you mean 'lamboot-hook 100 post-stop'?", "poststop", "100")]
    public void What_was_meant_is_guessed(string message, params string[] arguments) =>
        Trees.Run(arguments).ShouldBe(new(2, "", $"lamboot-hook: {message} (see 'lamboot-hook {See(arguments)}')\n"));

    /// <summary>A program that reads the output finds one value in it, whatever happened.</summary>
    [Theory]
    [InlineData("crash", "100")]
    [InlineData("crash", "--vars", "/nofile")]
    [InlineData("boot", "100")]
    [InlineData("list")]
    [InlineData("secureboot")]
    public void A_failure_is_null_as_JSON(params string[] arguments)
    {
        using HostTree tree = new();
        Directory.Delete(tree.Path("/etc/pve"), recursive: true);

        ProgramResult result = tree.Hook([.. arguments, "--json"]);

        (result.ExitCode, result.Output).ShouldBe((1, "null\n"));
        result.Error.ShouldStartWith("lamboot-hook: ");
        result.Error.Count(c => c == '\n').ShouldBe(1);
        tree.Hook(arguments).Output.ShouldBe("");
    }

    /// <summary>Help is the command's where there is one.</summary>
    private static string See(string[] arguments) =>
        arguments.FirstOrDefault(word => word is "inspect" or "history" or "check") is { } command
            ? $"help {command}"
            : "--help";

    [Fact]
    public void Help_is_a_command_too()
    {
        Trees.Run("help").ShouldBe(Trees.Run("--help"));
        Trees.Run("help", "history").ShouldBe(Trees.Run("history", "--help"));
    }

    /// <summary>Whatever is named must exist: an empty tree looks like a host without VMs, a missing fleet.toml like no fleet.</summary>
    [Theory]
    [InlineData("no such directory: /nowhere", "check", "--root", "/nowhere")]
    [InlineData("no such directory: /nowhere", "history", "100", "--root=/nowhere")]
    [InlineData("--config: no such file: /nowhere.toml", "check", "--config", "/nowhere.toml")]
    [InlineData("--config: no such file: /nowhere.toml", "attach", "--all", "--config", "/nowhere.toml")]
    [InlineData("unreadable: cannot open /nowhere.fd", "inspect", "--vars", "/nowhere.fd")]
    public void What_was_named_and_is_not_there_is_an_error(string told, params string[] arguments)
    {
        ProgramResult result = Trees.Run(arguments);

        result.ExitCode.ShouldBe(1);
        result.Output.ShouldBe("");
        result.Error.ShouldStartWith($"lamboot-hook: {told}");
        result.Error.Count(c => c == '\n').ShouldBe(1);
    }

    [Theory]
    [InlineData("--json", ">/dev/full", "lamboot-hook: cannot write to standard output: it is closed or full\n")]
    [InlineData("--json", ">&-", "lamboot-hook: cannot write to standard output: it is closed or full\n")]
    [InlineData("--help", ">/dev/full", "lamboot-hook: No space left on device")]
    public void What_could_not_be_written_is_a_failure(string option, string redirection, string told)
    {
        using HostTree tree = Trees.History();

        ProgramResult result = ProgramResult.Shell(
            $"LAMBOOT_ROOT=$1 \"$2\" history 100 {option} --last 1 {redirection}",
            tree.Root,
            Repository.File("out", "bin", "lamboot-hook")
        );

        result.ExitCode.ShouldBe(1);
        result.Error.ShouldStartWith(told);
    }

    /// <summary>At a terminal, an unknown phase is a typo; elsewhere, it is one that Proxmox VE has added.</summary>
    [Theory]
    [InlineData(
        "start",
        "unknown phase 'start': expected pre-start, post-start, pre-stop or post-stop; see 'lamboot-hook --help'"
    )]
    [InlineData("prestart", "unknown phase 'prestart'; did you mean 'pre-start'? (see 'lamboot-hook --help')")]
    [InlineData(
        "inspect",
        "unexpected argument '100' before 'inspect'; did you mean 'lamboot-hook inspect 100'? (see 'lamboot-hook help inspect')"
    )]
    public void A_phase_that_is_mistyped_is_told(string phase, string told)
    {
        using HostTree tree = new();
        string hook = Repository.File("out", "bin", "lamboot-hook");

        ProgramResult typed = ProgramResult.Run(
            "script",
            ["-qec", $"{hook} 100 {phase}", "/dev/null"],
            ("LAMBOOT_ROOT", tree.Root)
        );

        typed.ExitCode.ShouldBe(2);
        typed.Output.ShouldBe($"lamboot-hook: {told}\r\n");
        tree.Phase(100, phase).ShouldBe(new(0, "", ""));
    }

    /// <summary>The hot path parses two options itself; it accepts the same forms as the commands.</summary>
    [Theory]
    [InlineData("--root", "ROOT", "100", "pre-start")]
    [InlineData("100", "pre-start", "--root=ROOT")]
    [InlineData("--config", "ROOT/other.toml", "--root", "ROOT", "100", "pre-start")]
    [InlineData("100", "--root=ROOT", "--config=ROOT/other.toml", "pre-start")]
    public void A_phase_takes_root_and_config_wherever_they_stand(params string[] arguments)
    {
        using HostTree tree = new();
        tree.AddVm(100);
        tree.Write("/etc/lamboot/fleet.toml", HostTree.FleetToml);
        tree.Write("/other.toml", HostTree.FleetToml.Replace("webserver", "other", StringComparison.Ordinal));

        ProgramResult result = ProgramResult.Run(
            Repository.File("out", "bin", "lamboot-hook"),
            [.. arguments.Select(argument => argument.Replace("ROOT", tree.Root, StringComparison.Ordinal))]
        );

        bool isOther = arguments.Any(argument => argument.Contains("other.toml", StringComparison.Ordinal));
        result.Output.ShouldContain($"role '{(isOther ? "other" : "webserver")}'");
    }

    [Fact]
    public void Without_its_commands_the_program_says_what_is_missing_and_phases_run()
    {
        using HostTree tree = new();
        tree.AddVm(100);
        string program = tree.Path("/bin/lamboot-hook");
        Directory.CreateDirectory(tree.Path("/bin"));
        File.Copy(Repository.File("out", "bin", "lamboot-hook"), program);

        ProgramResult inspect = ProgramResult.Run(program, ["inspect", "100"], ("LAMBOOT_ROOT", tree.Root));
        ProgramResult start = ProgramResult.Run(program, ["100", "pre-start"], ("LAMBOOT_ROOT", tree.Root));

        inspect.ShouldBe(
            new(
                1,
                "",
                $"lamboot-hook: cannot run {tree.Root}/libexec/lamboot-hook/lamboot-hook-commands: No such file or directory; "
                    + $"install it beside {tree.Root}/bin/lamboot-hook\n"
            )
        );
        start.Output.ShouldContain("identity /var/lib/lamboot/100.json");
    }
}
