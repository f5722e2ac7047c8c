using System.Diagnostics;

namespace LamBoot.Hook.Tests.Trouble;

/// <summary>What the process itself inherits, and what happens to its children.</summary>
public sealed class ProcessTests
{
    [Theory]
    [InlineData(">&-")]
    [InlineData("2>&-")]
    [InlineData(">&- 2>&- <&-")]
    [InlineData(">/dev/full 2>/dev/full")]
    [InlineData("| true")]
    public void A_closed_or_full_standard_output_kills_nothing(string redirection)
    {
        using HostTree tree = new();
        tree.AddVm(100, "confirmed-4m");

        ProgramResult result = ProgramResult.Shell(
            $"export LAMBOOT_ROOT=$1; $2 100 pre-start {redirection} && $2 100 post-stop {redirection}",
            tree.Root,
            Repository.File("out", "bin", "lamboot-hook")
        );

        result.ExitCode.ShouldBe(0);
        File.Exists(tree.Document(100)).ShouldBeTrue();
        File.ReadAllText(tree.Config(100)).ShouldContain(HostTree.Args);
        File.ReadAllLines(tree.Log).Length.ShouldBe(1);
    }

    [Fact]
    public void A_child_that_does_not_end_is_given_up_by_the_deadline()
    {
        using HostTree tree = new();
        tree.HurryPhases();
        tree.Write("/etc/pve/storage.cfg", "zfs: data\n\tpool tank\n");
        tree.Write("/etc/pve/qemu-server/100.conf", "bios: ovmf\nefidisk0: data:vm-100-disk-0\n");
        tree.Write(
            "/usr/sbin/pvesm",
            "#!/bin/sh\nsleep 61 & echo $! >\"$LAMBOOT_ROOT/pid\"; trap '' TERM; sleep 62; sleep 62\n"
        );
        File.SetUnixFileMode(tree.Path("/usr/sbin/pvesm"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
        Stopwatch watch = Stopwatch.StartNew();

        ProgramResult result = tree.Phase(100, "post-stop");

        result.ExitCode.ShouldBe(0);
        watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(20)); // it does not wait for the child's minute
        result.Error.ShouldBe(
            "lamboot-hook: VM 100: error: post-stop did not finish within 1 s (deadline_seconds) and was abandoned; check for hung storage\n"
        );
        tree.RecordedError().ShouldBe("timeout: the EFI disk was not read within 1 s");
        ProgramResult
            .Shell("! grep -q '^State:.[^Z]' \"/proc/$(cat \"$1\")/status\" 2>/dev/null", tree.Path("/pid"))
            .ExitCode.ShouldBe(0, "its children are killed too");
    }

    [Fact]
    public void A_child_gets_no_descriptor_of_Proxmox_VEs()
    {
        using HostTree tree = new();
        tree.Write("/etc/pve/storage.cfg", "zfs: data\n\tpool tank\n");
        tree.Write("/etc/pve/qemu-server/100.conf", "bios: ovmf\nefidisk0: data:vm-100-disk-0\n");
        tree.Write("/usr/sbin/pvesm", "#!/bin/sh\nls -l /proc/self/fd >\"$LAMBOOT_ROOT/fds\"; echo /x\n");
        File.SetUnixFileMode(tree.Path("/usr/sbin/pvesm"), UnixFileMode.UserRead | UnixFileMode.UserExecute);

        ProgramResult.Shell(
            "exec 7>\"$1/foreign\" 9<\"$1/etc/hostname\"; LAMBOOT_ROOT=$1 exec \"$2\" 100 post-stop",
            tree.Root,
            Repository.File("out", "bin", "lamboot-hook")
        );

        string descriptors = File.ReadAllText(tree.Path("/fds"));
        descriptors.ShouldContain("/fds");
        descriptors.ShouldNotContain("foreign");
        descriptors.ShouldNotContain("hostname");
    }

    [Theory]
    [InlineData("0000")]
    [InlineData("0077")]
    [InlineData("0777")]
    public void Modes_do_not_depend_on_the_umask(string umask)
    {
        using HostTree tree = new();
        tree.AddVm(100, "confirmed-4m");

        ProgramResult.Shell(
            "umask $3; export LAMBOOT_ROOT=$1; $2 100 pre-start && $2 100 post-stop",
            tree.Root,
            Repository.File("out", "bin", "lamboot-hook"),
            umask
        );

        Mode(tree.Document(100)).ShouldBe("644");
        Mode(Path.GetDirectoryName(tree.Document(100))!).ShouldBe("755");
        Mode(tree.Log).ShouldBe("640");
        Mode(Path.GetDirectoryName(tree.Log)!).ShouldBe("755");
        Mode(tree.Path("/run/lamboot")).ShouldBe("755");
    }

    private static string Mode(string path) => Convert.ToString((int)File.GetUnixFileMode(path), 8);
}
