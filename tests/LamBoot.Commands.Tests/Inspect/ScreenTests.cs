using System.Diagnostics;

namespace LamBoot.Commands.Tests.Inspect;

/// <summary><c>inspect VMID --screen FILE.png</c>: a screenshot of a running VM's console.</summary>
public sealed class ScreenTests
{
    [Fact]
    public void The_console_of_a_real_QEMU_is_written_for_root_alone()
    {
        Assert.SkipUnless(RealQemu.IsHere, "QEMU cannot be installed here");
        using HostTree tree = new();
        tree.AddVm(100, "confirmed-4m");
        using RealQemu qemu = new(tree, 100);
        string path = tree.Path("/100.png");

        ProgramResult result = tree.Hook(["inspect", "100", "--screen", path]);

        result.Error.ShouldBe("");
        result.Output.ShouldMatch($@"^VM 100: console screenshot saved as {path} \(\d+x\d+\)\n$");
        File.ReadAllBytes(path)[..4].ShouldBe<byte>([0x89, 0x50, 0x4E, 0x47]);
        File.GetUnixFileMode(path).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        ProgramResult
            .Shell("\"$1\" inspect 100 --screen - --root \"$2\" | head -c 4 | tail -c 3", Program, tree.Root)
            .Output.ShouldBe("PNG");
        qemu.IsRunning.ShouldBeTrue();
    }

    [Theory]
    [InlineData("100", "VM 100 is not running on this node, so it has no console to show")]
    [InlineData("101", "no VM 101 on this node")]
    [InlineData("200", "200 is a container: it has no UEFI firmware")]
    public void Without_a_console_nothing_is_written(string vmid, string told)
    {
        using HostTree tree = new();
        tree.AddVm(100, "confirmed-4m");
        tree.Write("/etc/pve/lxc/200.conf", "arch: amd64\n");

        ProgramResult result = tree.Hook(["inspect", vmid, "--screen", tree.Path("/s.png")]);

        result.ExitCode.ShouldBe(1);
        result.Error.ShouldStartWith($"lamboot-hook: {told}");
        result.Error.Split('\n').Length.ShouldBe(2);
        File.Exists(tree.Path("/s.png")).ShouldBeFalse();
    }

    [Fact]
    public void A_monitor_that_another_has_is_said_in_time()
    {
        using HostTree tree = new();
        tree.AddVm(100, "confirmed-4m");
        using Process process = tree.RunQemu(100);
        using QmpServer server = new(tree, 100, _ => null, greets: false);
        Stopwatch watch = Stopwatch.StartNew();

        ProgramResult result = tree.Hook(["inspect", "100", "--screen", tree.Path("/s.png")]);

        process.Kill(entireProcessTree: true);
        watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(5));
        result.ExitCode.ShouldBe(1);
        result.Error.ShouldContain("another program (such as Proxmox VE) is talking to it, or it hangs");
    }

    [Fact]
    public void A_link_is_not_followed()
    {
        Assert.SkipUnless(RealQemu.IsHere, "QEMU cannot be installed here");
        using HostTree tree = new();
        tree.AddVm(100, "confirmed-4m");
        using RealQemu qemu = new(tree, 100);
        tree.Write("/victim", "as it was");
        File.CreateSymbolicLink(tree.Path("/s.png"), tree.Path("/victim"));

        ProgramResult result = tree.Hook(["inspect", "100", "--screen", tree.Path("/s.png")]);

        result.Error.ShouldContain("is a symbolic link, which is not followed");
        File.ReadAllText(tree.Path("/victim")).ShouldBe("as it was");
    }

    [Theory]
    [InlineData("100", "--json")]
    [InlineData("100", "--all")]
    [InlineData("100", "--raw")]
    [InlineData("--vars", "/x.fd")]
    public void It_is_a_picture_alone(params string[] more)
    {
        using HostTree tree = new();

        ProgramResult result = tree.Hook(["inspect", "--screen", "/s.png", .. more]);

        result.ExitCode.ShouldBe(2);
        result.Error.ShouldContain("leave out --vars, --all, --raw and --json");
    }

    private static string Program => Repository.File("out", "bin", "lamboot-hook");
}
