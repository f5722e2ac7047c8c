using System.Diagnostics;
using static LamBoot.Hook.Tests.Clones.CloneNode;

namespace LamBoot.Hook.Tests.Clones;

/// <summary>
/// What a clone was lent is restored once a real QEMU has read it, through two channels, started as by Proxmox VE: daemonized.
/// </summary>
public sealed class UntilReadQemuTests
{
    private const string Qemu = "/usr/bin/qemu-system-x86_64";

    [Fact]
    public void It_is_given_back_to_its_owner_while_the_start_goes_on()
    {
        Fanotify.SkipWhereRefused();
        Assert.SkipUnless(File.Exists(Qemu), "no QEMU here");
        using HostTree tree = Node();
        const string Args =
            $"{HostTree.Args}900.json -fw_cfg name=opt/io.systemd.credentials/lamboot.identity,file=/var/lib/lamboot/900.json";
        tree.AddVm(101, more: $"tags: odd\nargs: {Args}\n");
        using HeldLock held = new(tree, 101);
        tree.Phase(101, "pre-start").ExitCode.ShouldBe(0);
        Watchers.Of(tree, 101);

        int qemu = Start(tree, Args.Replace("=/var", $"={tree.Root}/var", StringComparison.Ordinal).Split(' '));

        Watchers.WaitForEnd(tree, 101);
        ProgramResult.Shell("kill \"$1\"", $"{qemu}").ExitCode.ShouldBe(0, "QEMU runs on");
        AssertGivenBack(tree);
        Leases(tree).ShouldBeEmpty();
    }

    /// <summary>Debian's QEMU lacks the <c>-id</c> option of Proxmox VE's: here, it is part of a name, and the VMID is a disk.</summary>
    private static int Start(HostTree tree, string[] args)
    {
        File.WriteAllBytes(tree.Path("/101"), new byte[1 << 20]);
        string pid = tree.Path("/qemu.pid");
        ProcessStartInfo start = new(
            Qemu,
            [
                "-name",
                "-id",
                "101",
                .. "-S -nodefaults -display none -machine pc -m 16 -daemonize".Split(' '),
                "-pidfile",
                pid,
                .. args,
            ]
        )
        {
            WorkingDirectory = tree.Root,
        };
        using Process qemu = Process.Start(start)!;
        qemu.WaitForExit();
        qemu.ExitCode.ShouldBe(0);
        return int.Parse(File.ReadAllText(pid), null);
    }
}
