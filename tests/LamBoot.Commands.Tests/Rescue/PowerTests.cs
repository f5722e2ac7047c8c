using System.Diagnostics;
using LamBoot.Commands.Tests.SecureBoot;

namespace LamBoot.Commands.Tests.Rescue;

/// <summary>Changes of a store and the VM's power state: <c>--stop</c>, <c>--start</c>, refusals.</summary>
public sealed class PowerTests
{
    private const string QmScript = """
        echo "$@" >>"$LAMBOOT_ROOT/qm.log"
        pid=$LAMBOOT_ROOT/run/qemu-server/$2.pid
        case $1 in
            stop) kill "$(cat "$pid")"; rm "$pid" ;;
            start) [ ! -e "$LAMBOOT_ROOT/no-start" ] ;;
        esac
        """;

    [Theory]
    [InlineData("reset", "100")]
    [InlineData("rescue", "100")]
    [InlineData("boot", "100", "--setup")]
    public void A_VM_that_runs_is_refused_unless_it_is_to_be_stopped(params string[] command)
    {
        using StoreNode node = LoopingNode.On("raw");
        node.Tree.AddScript(QmTree.Qm, QmScript);
        using Process qemu = node.Tree.RunQemu(100);
        byte[] before = File.ReadAllBytes(node.Tree.ImagePath(100));

        node.Tree.Hook(command)
            .ShouldBe(
                new(
                    1,
                    "",
                    "lamboot-hook: VM 100 is running, and its firmware owns the store: qm shutdown 100 first, or --stop (a hard 'qm stop')\n"
                )
            );
        File.ReadAllBytes(node.Tree.ImagePath(100)).ShouldBe(before);
        ProgramResult dry = node.Tree.Hook([.. command, "--stop", "--start", "--dry-run"]);
        dry.ShouldBe(new(0, dry.Output, ""));
        dry.Output.ShouldMatch("^VM 100: would run: qm stop 100\nVM 100: would change [^\n]*\n");
        dry.Output.ShouldEndWith("VM 100: would run: qm start 100\n");
        File.Exists(node.Tree.Path("/qm.log")).ShouldBeFalse();

        ProgramResult done = node.Tree.Hook([.. command, "--stop", "--start"]);

        done.ShouldBe(new(0, done.Output, ""));
        done.Output.ShouldStartWith("VM 100: stopped\n");
        done.Output.ShouldEndWith("VM 100: started\n");
        File.ReadAllText(node.Tree.Path("/qm.log")).ShouldBe("stop 100\nstart 100\n");
        File.ReadAllBytes(node.Tree.ImagePath(100)).ShouldNotBe(before);
    }

    /// <summary>An entry number that does not exist stops no VM.</summary>
    [Fact]
    public void What_cannot_be_changed_stops_no_VM()
    {
        using StoreNode node = LoopingNode.On("raw");
        node.Tree.AddScript(QmTree.Qm, QmScript);
        using Process qemu = node.Tree.RunQemu(100);

        node.Tree.Hook(["boot", "100", "--next", "0BAD", "--stop", "--start"])
            .ShouldBe(
                new(
                    1,
                    "",
                    "lamboot-hook: VM 100: error: there is no boot entry 0BAD; existing entries: 0000, 0001, 0002\n"
                )
            );

        qemu.HasExited.ShouldBeFalse();
        File.Exists(node.Tree.Path("/qm.log")).ShouldBeFalse();
        qemu.Kill(entireProcessTree: true);
    }

    /// <summary>A VM that was stopped for a change that failed is started again.</summary>
    [Fact]
    public void A_VM_is_started_again_where_the_change_failed()
    {
        using StoreNode node = LoopingNode.On("raw");
        node.Tree.AddScript(QmTree.Qm, QmScript);
        node.Tree.Write("/var/lib/lamboot/backup", "a file where the folder of backups is to be");
        using Process qemu = node.Tree.RunQemu(100);

        ProgramResult result = node.Tree.Hook(["reset", "100", "--stop", "--start"]);

        result.ExitCode.ShouldBe(1);
        result.Output.ShouldBe("VM 100: stopped\nVM 100: started\n");
        result.Error.Count(c => c == '\n').ShouldBe(1);
    }

    [Fact]
    public void A_start_that_fails_is_told_and_the_change_stands()
    {
        using StoreNode node = LoopingNode.On("raw");
        node.Tree.AddScript(QmTree.Qm, QmScript);
        node.Tree.Write("/no-start", "");

        ProgramResult result = node.Tree.Hook(["reset", "100", "--start"]);

        result.ExitCode.ShouldBe(1);
        result.Output.ShouldContain("VM 100: changed; ");
        result.Error.ShouldContain("/usr/sbin/qm exited with 1");
        node.Variables().Value("LamBootState").ShouldBe("00");
    }

    [Theory]
    [InlineData("locked", "holds VM 100's lock; try again")]
    [InlineData("template", "VM 100: error: a template")]
    [InlineData("backup", "VM 100 has 'lock: backup'")]
    [InlineData("bios", "VM 100: error: not UEFI (no 'bios: ovmf')")]
    [InlineData("no disk", "VM 100 has no efidisk0")]
    [InlineData("reclaim", "the firmware has not finished a reclaim of the store: start the VM once")]
    [InlineData("full", "the variable store is full")]
    public void What_cannot_be_is_refused_and_nothing_changes(string trouble, string reason)
    {
        using StoreNode node = LoopingNode.On("raw");
        using Process? holder = node.Trouble(trouble);
        byte[] before = File.ReadAllBytes(node.Tree.ImagePath(100));

        ProgramResult result = node.Tree.Hook(["boot", "100", "--setup"]);

        holder?.Kill(entireProcessTree: true);
        result.ExitCode.ShouldBe(1);
        result.Error.ShouldContain(reason);
        result.Error.Count(c => c == '\n').ShouldBe(1);
        File.ReadAllBytes(node.Tree.ImagePath(100)).ShouldBe(before);
    }
}
