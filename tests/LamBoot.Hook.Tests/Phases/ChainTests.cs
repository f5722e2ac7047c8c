using System.Globalization;

namespace LamBoot.Hook.Tests.Phases;

/// <summary>Another hookscript beside ours: named in fleet.toml, and run in each phase as Proxmox VE would run it.</summary>
public sealed class ChainTests
{
    private const string Volume = "local:snippets/gpu.sh";
    private const string Script = "/var/lib/vz/snippets/gpu.sh";

    [Theory]
    [InlineData("pre-start")]
    [InlineData("post-start")]
    [InlineData("pre-stop")]
    [InlineData("post-stop")]
    [InlineData("a-new-phase")]
    public void It_is_called_in_every_phase_after_ours(string phase)
    {
        using HostTree tree = Chained($"chain = \"{Volume}\"");
        tree.AddScript(
            Script,
            "echo \"called $1 $2 $LC_ALL from $(ps -o comm= -p $PPID)\"; read -r line; echo \"end $?\""
        );

        ProgramResult result = tree.Phase(100, phase, ("LC_ALL", "C"));

        result.ExitCode.ShouldBe(0);
        result.Output.ShouldEndWith("end 1\n");
        result.Output.ShouldContain($"called 100 {phase} C from ");
        result.Output.ShouldNotContain("from lamboot-hook"); // it replaces us rather than running below us
        result.Output.Contains("identity").ShouldBe(phase == "pre-start");
    }

    [Theory]
    [InlineData("exit 7", 7)]
    [InlineData("exit 0", 0)]
    [InlineData("kill -9 $$", 137)]
    public void What_it_exits_with_counts(string script, int exitCode)
    {
        using HostTree tree = Chained($"chain = \"{Volume}\"");
        tree.AddScript(Script, script);

        tree.Phase(100, "pre-start").ExitCode.ShouldBe(exitCode);
    }

    [Fact]
    public void A_VM_may_have_one_of_its_own()
    {
        using HostTree tree = Chained($"[hookscript.chain]\n100 = \"{Volume}\"");
        tree.AddVm(101);
        tree.AddScript(Script, "echo called");

        tree.Phase(100, "pre-stop").Output.ShouldBe("called\n");
        tree.Phase(101, "pre-stop").Output.ShouldBe("");
    }

    [Theory]
    [InlineData("continue", 0)]
    [InlineData("block", 1)]
    public void One_that_is_gone_is_said_and_the_VM_starts_all_the_same(string onError, int exitCode)
    {
        using HostTree tree = Chained($"chain = \"{Volume}\"\non_error = \"{onError}\"");
        tree.AddScript(Script, "exit 0");
        tree.Phase(100, "pre-start").ExitCode.ShouldBe(0);
        File.Delete(tree.Path(Script));

        ProgramResult result = tree.Phase(100, "pre-start");

        result.ExitCode.ShouldBe(exitCode);
        result.Error.ShouldContain($"error: the chained hookscript {Volume} did not run: there is no {Script}");
    }

    [Fact]
    public void It_is_ended_by_SIGPIPE_as_usual()
    {
        using HostTree tree = Chained($"chain = \"{Volume}\"");
        tree.AddScript(Script, "sed -n 's/^SigIgn:\t//p' /proc/self/status");
        const ulong SigPipe = 1 << 12;

        string ignored = tree.Phase(100, "pre-stop").Output.Trim();

        (ulong.Parse(ignored, NumberStyles.HexNumber, CultureInfo.InvariantCulture) & SigPipe).ShouldBe(0u);
    }

    [Fact]
    public void A_phase_that_is_given_up_calls_it_all_the_same()
    {
        using HostTree tree = Chained($"chain = \"{Volume}\"\ndeadline_seconds = 1");
        tree.AddScript(Script, "echo called");
        tree.Write("/etc/pve/storage.cfg", "other: strange\n");
        tree.AddScript("/usr/sbin/pvesm", "exec sleep 30");
        tree.Write("/etc/pve/qemu-server/100.conf", "bios: ovmf\nefidisk0: strange:disk\n");

        ProgramResult result = tree.Phase(100, "post-stop");

        result.Error.ShouldContain("did not finish within 1 s");
        result.Output.ShouldEndWith("called\n");
    }

    [Theory]
    [InlineData("local:snippets/lamboot-hook")] // would call itself forever
    [InlineData("/root/script")]
    public void What_is_no_other_hookscript_is_an_error_of_fleet_toml(string chain)
    {
        using HostTree tree = Chained($"chain = \"{chain}\"");

        tree.Phase(100, "pre-start").Error.ShouldContain("expected another hookscript, \"STORAGE:snippets/NAME\"");
    }

    [Fact]
    public void Attach_takes_its_place_and_detach_gives_it_back()
    {
        using HostTree tree = Chained($"chain = \"{Volume}\"");
        tree.AddScript(Script, "exit 0");
        tree.AddVm(100, more: $"hookscript: {Volume}\n");
        tree.Hook(["attach", "100"]).Error.ShouldContain("to use both, run lamboot-hook attach 100 --replace");

        tree.Hook(["attach", "100", "--replace"]).ExitCode.ShouldBe(0);
        File.ReadAllLines(tree.Config(100)).ShouldContain("hookscript: local:snippets/lamboot-hook");

        tree.Hook(["detach", "100"]).Output.ShouldBe($"VM 100 (vm100): detached, hookscript {Volume} restored\n");
        File.ReadAllLines(tree.Config(100)).ShouldContain($"hookscript: {Volume}");
    }

    private static HostTree Chained(string hookscript)
    {
        HostTree tree = new HostTree().AddQm();
        string table = hookscript.StartsWith('[') ? "" : "[hookscript]\n";
        tree.Write("/etc/lamboot/fleet.toml", $"{HostTree.FleetToml}{table}{hookscript}\n");
        tree.AddVm(100, more: $"args: {HostTree.Args}100.json\n");
        return tree;
    }
}
