using System.Globalization;

namespace LamBoot.Hook.Tests.Phases;

/// <summary>The snippet: it runs the program, and whatever happens to that, the VM starts, but never with another VM's identity.</summary>
public sealed class HookscriptTests
{
    private const string Installed = "/usr/local/bin/lamboot-hook";

    [Theory]
    [InlineData("dash", 0)]
    [InlineData("bash", 0)]
    [InlineData("dash", 1)]
    [InlineData("bash", 1)]
    public void It_runs_the_program_and_exits_as_that_does(string shell, int exitCode)
    {
        using HostTree tree = new();
        string script = Script(tree, $"#!/bin/sh\necho \"$*\"; exit {exitCode}\n");

        ProgramResult result = Run(tree, shell, script, "100", "pre-start");

        result.ShouldBe(new(exitCode, "100 pre-start\n", ""));
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

        ProgramResult result = Run(tree, shell, script, "100", "pre-start");

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

    [Theory]
    [InlineData("kill -ABRT $$", 134)]
    [InlineData("kill -KILL $$", 137)]
    [InlineData("kill -SEGV $$", 139)]
    [InlineData("exit 153", 153)]
    [InlineData("exit 255", 255)]
    public void A_program_that_dies_lets_the_VM_start_and_a_line_says_so(string end, int exitCode)
    {
        foreach (string shell in new[] { "dash", "bash" })
        {
            using HostTree tree = new();
            tree.AddVm(100, more: $"args: {HostTree.Args}100.json\n\n[snap]\nargs: {HostTree.Args}900.json\n");
            string script = Script(tree, $"#!/bin/sh\n{end}\n");

            foreach (string phase in new[] { "pre-start", "post-start", "pre-stop", "post-stop" })
            {
                ProgramResult result = Run(tree, shell, script, "100", phase);

                result.ExitCode.ShouldBe(0, shell);
                result.Error.ShouldEndWith(
                    $"error: {tree.Path("/program")} ended with exit code {exitCode} in {phase}: see dmesg, memory and the limits of processes (pids.max)\n"
                );
            }
        }
    }

    [Theory]
    [InlineData("args: -a 'b c' -fw_cfg name=opt/lamboot/config,file=/var/lib/lamboot/900.json\n", 1)]
    [InlineData("args:-fw_cfg \"opt/lamboot/config,file=/var/lib/lamboot/900.json\" -b\r\n", 1)]
    [InlineData("args: -fw_cfg file=/var/lib/lamboot/900.json,name=opt/lamboot/config\n", 1)]
    [InlineData("args: -fw_cfg name=opt/lamboot/config,file=/var/lib/lamboot/101.json\nname: a", 0)]
    [InlineData("args: -fw_cfg name=opt/lamboot/config,file=/var/lib/lamboot/101.json", 0)]
    [InlineData("args: -fw_cfg \"name=opt/lamboot/config,file=/var/lib/lamboot/101.json\" -b\r\n", 0)]
    [InlineData("args: -a\n[snap]\nargs: -fw_cfg name=opt/lamboot/config,file=/var/lib/lamboot/900.json\n", 0)]
    [InlineData("#args: -fw_cfg name=opt/lamboot/config,file=/var/lib/lamboot/900.json\n", 0)]
    [InlineData("", 0)]
    public void A_program_that_dies_starts_no_VM_with_another_VMs_identity(string config, int exitCode)
    {
        foreach (string shell in new[] { "dash", "bash" })
        {
            using HostTree tree = new();
            tree.Write("/etc/pve/qemu-server/101.conf", config);
            foreach (string? program in new[] { "#!/bin/sh\nkill -ABRT $$\n", null })
            {
                string script = Script(tree, program);

                ProgramResult start = Run(tree, shell, script, "101", "pre-start");

                start.ExitCode.ShouldBe(exitCode, $"{shell}: {start.Error}");
                start.Error.Contains("start refused: ", StringComparison.Ordinal).ShouldBe(exitCode == 1);
                Run(tree, shell, script, "101", "post-stop").ExitCode.ShouldBe(0);
            }
        }
    }

    [Fact]
    public void Nor_does_its_owner_start_with_an_identity_file_that_is_lent()
    {
        using HostTree tree = new();
        tree.AddVm(900, more: $"args: {HostTree.Args}900.json\n");
        tree.Write("/var/lib/lamboot/900.json.owner", "");
        string script = Script(tree, "#!/bin/sh\nkill -ABRT $$\n");

        Run(tree, "dash", script, "900", "pre-start").ExitCode.ShouldBe(1);

        File.Delete(tree.Document(900) + ".owner");
        Run(tree, "dash", script, "900", "pre-start").ExitCode.ShouldBe(0);
    }

    [Fact]
    public void An_incoming_migration_has_its_configuration_in_the_sources_folder()
    {
        using HostTree tree = new();
        tree.Write("/etc/pve/nodes/pve2/qemu-server/101.conf", $"args: {HostTree.Args}900.json\n");
        string script = Script(tree, "#!/bin/sh\nkill -ABRT $$\n");

        ProgramResult
            .Run("dash", [script, "101", "pre-start"], ("LAMBOOT_ROOT", tree.Root), ("PVE_MIGRATED_FROM", "pve2"))
            .ExitCode.ShouldBe(1);
    }

    /// <summary>If no process is available (pids.max), the shell has to manage by itself.</summary>
    [Fact]
    public void Without_a_process_to_be_had_it_decides_alone()
    {
        using HostTree tree = new();
        tree.AddVm(101, more: $"args: {HostTree.Args}900.json\n");
        tree.AddVm(102, more: $"args: {HostTree.Args}102.json\n");
        string script = Script(tree, "#!/bin/sh\nexit 0\n");
        File.SetUnixFileMode(tree.Root, (UnixFileMode)0x1ed);

        foreach ((int vmid, int exitCode) in new[] { (101, 1), (102, 0) })
        {
            // The process limit does not apply to root.
            string command = $"ulimit -u 1; exec dash \"$0\" {vmid.ToString(CultureInfo.InvariantCulture)} pre-start";
            ProgramResult result = ProgramResult.Run(
                "setpriv",
                ["--reuid=65534", "--clear-groups", "bash", "-c", command, script],
                ("LAMBOOT_ROOT", tree.Root)
            );

            result.ExitCode.ShouldBe(exitCode, result.Error);
            result.Error.ShouldContain(
                $"lamboot-hook: VM {vmid}: error: nothing done in pre-start: the shell cannot run"
            );
        }
    }

    /// <summary>The program becomes the chained hookscript, whose exit code is passed on, whatever it is.</summary>
    [Theory]
    [InlineData("exit 0", 0)]
    [InlineData("exit 3", 3)]
    [InlineData("exit 134", 134)]
    [InlineData("exit 138", 138)]
    [InlineData("sleep 0.2; exit 255", 255)]
    [InlineData("kill -ABRT $$", 134)]
    public void The_chained_hookscripts_exit_code_stays_its_own(string end, int exitCode)
    {
        const string shell = "dash"; // as in the snippet's first line
        using HostTree tree = new();
        tree.AddVm(100, more: $"args: {HostTree.Args}100.json\n");
        tree.Write("/etc/lamboot/fleet.toml", HostTree.FleetToml + "[hookscript]\nchain = \"local:snippets/other\"\n");
        tree.AddScript("/var/lib/vz/snippets/other", $"echo \"other $*\"\n{end}\n");
        string script = Script(tree, null);
        File.CreateSymbolicLink(tree.Path("/program"), Repository.File("out", "bin", "lamboot-hook"));

        for (int round = 0; round < 10; round++)
        {
            ProgramResult result = Run(tree, shell, script, "100", "pre-start");

            result.ExitCode.ShouldBe(exitCode, $"{shell}: {result.Error}");
            result.Output.ShouldEndWith("other 100 pre-start\n");
        }
    }

    [Fact]
    public void It_is_executable_and_names_the_installed_program()
    {
        string script = Repository.File("hookscripts", "lamboot-hook");

        File.GetUnixFileMode(script).HasFlag(UnixFileMode.UserExecute).ShouldBeTrue();
        File.ReadAllText(script).ShouldContain($"\nprogram={Installed}\n");
        File.ReadAllText(Repository.File("docs", "install.md")).ShouldContain(Installed);
    }

    /// <summary>The snippet with a program other than the installed one.</summary>
    internal static string Script(HostTree tree, string? program)
    {
        File.Delete(tree.Path("/program"));
        if (program is not null)
        {
            tree.Write("/program", program);
            File.SetUnixFileMode(tree.Path("/program"), (UnixFileMode)0x1ed);
        }

        string script = File.ReadAllText(Repository.File("hookscripts", "lamboot-hook"));
        tree.Write("/script", script.Replace(Installed, tree.Path("/program"), StringComparison.Ordinal));
        return tree.Path("/script");
    }

    private static ProgramResult Run(HostTree tree, string shell, string script, string vmid, string phase) =>
        ProgramResult.Run(shell, [script, vmid, phase], ("LAMBOOT_ROOT", tree.Root));
}
