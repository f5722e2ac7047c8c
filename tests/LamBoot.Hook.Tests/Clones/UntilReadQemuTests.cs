using System.Diagnostics;
using System.Net.Sockets;
using static LamBoot.Hook.Tests.Clones.CloneNode;

namespace LamBoot.Hook.Tests.Clones;

/// <summary>
/// What a clone was lent is restored once a real QEMU has read it, through two channels, started as by Proxmox VE: daemonized.
/// </summary>
public sealed class UntilReadQemuTests
{
    private const string Qemu = "/usr/bin/qemu-system-x86_64";

    /// <summary>It hangs on a drive, with its QMP socket open; then it is killed and one that does not hang is started.</summary>
    [Fact]
    public void A_QEMU_whose_starter_was_killed_is_waited_for_unless_it_is_known_to_have_read()
    {
        Assert.SkipUnless(File.Exists(Qemu), "no QEMU here");
        using HostTree tree = Node();
        Directory.CreateDirectory(tree.Path("/run/qemu-server"));
        string[] args =
        [
            "-qmp",
            $"unix:{tree.Path("/run/qemu-server/101.qmp")},server=on,wait=off",
            "-fw_cfg",
            $"name=opt/lamboot/config,file={tree.Document(Source)}",
        ];
        using Socket silent = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        silent.Bind(new UnixDomainSocketEndPoint(tree.Path("/nbd")));
        silent.Listen();
        Process? hung = null;
        AddClone(tree, 101);
        StartAndDie(
            tree,
            101,
            () => hung = Begin(tree, ["-drive", $"file=nbd+unix:///?socket={tree.Path("/nbd")}", .. args])
        );
        AddClone(tree, 102);
        using Process waiting = VmStart.Begin(tree, 102, ":");
        while (waiting.StandardError.ReadLine()?.Contains("waiting for VM 101's", StringComparison.Ordinal) == false)
        { }

        waiting.WaitForExit(2_000).ShouldBeFalse();
        VmidOf(File.ReadAllText(tree.Document(Source))).ShouldBe("101");
        hung!.Kill();
        VmidOf(waiting.StandardOutput.ReadToEnd()).ShouldBe("102");

        int qemu = 0;
        AddClone(tree, 101);
        StartAndDie(
            tree,
            101,
            () =>
            {
                int watcher = Watchers.Find(tree, 101); // killed: nobody but QMP knows
                ProgramResult.Shell("[ \"$1\" = 0 ] || kill -9 \"$1\"", $"{watcher}");
                qemu = Start(tree, args);
            }
        );
        AddClone(tree, 102);
        ProgramResult next = VmStart.Run(tree, 102);
        ProgramResult.Shell("kill \"$1\"", $"{qemu}").ExitCode.ShouldBe(0, "QEMU runs on");
        AssertIdentity(next, 102);
        next.Error.ShouldNotContain("waiting");
        hung.Dispose();
    }

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

    private static int Start(HostTree tree, string[] args)
    {
        string pid = tree.Path("/qemu.pid");
        using Process qemu = Begin(tree, ["-daemonize", "-pidfile", pid, .. args]);
        qemu.WaitForExit();
        qemu.ExitCode.ShouldBe(0);
        return int.Parse(File.ReadAllText(pid), null);
    }

    /// <summary>Debian's QEMU lacks the <c>-id</c> option of Proxmox VE's: here, it is part of a name, and the VMID is a disk.</summary>
    private static Process Begin(HostTree tree, string[] args)
    {
        File.WriteAllBytes(tree.Path("/101"), new byte[1 << 20]);
        ProcessStartInfo start = new(
            Qemu,
            ["-name", "-id", "101", .. "-S -nodefaults -display none -machine pc -m 16".Split(' '), .. args]
        )
        {
            WorkingDirectory = tree.Root,
        };
        return Process.Start(start)!;
    }
}
