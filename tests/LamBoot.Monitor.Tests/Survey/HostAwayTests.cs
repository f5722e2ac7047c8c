using LamBoot.Monitor.Tests.Alerts;
using LamBoot.Monitor.Tests.Watch;

namespace LamBoot.Monitor.Tests.Survey;

/// <summary>
/// A host whose configurations are missing: a stopped pve-cluster leaves an empty /etc/pve. That is not a node with 0 VMs: it is reported,
/// it is a failure, and what was known stays.
/// </summary>
public sealed class HostAwayTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(3, "--exit-code")]
    [InlineData(1, "--vmid", "100")]
    [InlineData(3, "--exit-code", "--json")]
    public void It_is_said_and_fails(int exitCode, params string[] arguments)
    {
        using HostTree tree = new();
        Directory.Delete(tree.Path("/etc/pve/qemu-server"));

        ProgramResult result = tree.Monitor(arguments);

        result.ShouldBe(new(exitCode, arguments.Contains("--json") ? "null\n" : "", Away(tree)));
    }

    [Fact]
    public void A_node_without_VMs_is_none()
    {
        using HostTree tree = new();

        tree.Monitor("--exit-code").ShouldBe(new(0, "0 VMs: 0 critical, 0 warning, 0 unknown, 0 healthy\n", ""));
    }

    [Fact]
    public void Metrics_stay_and_say_that_the_monitor_is_not_up()
    {
        using HostTree tree = new();
        tree.AddVm(100, "panic-255");
        string file = tree.Path("/m.prom");
        tree.Monitor("--textfile", file, "--html", tree.Path("/page.html"));
        string before = File.ReadAllText(file);
        string page = File.ReadAllText(tree.Path("/page.html"));
        before.ShouldContain("\nlamboot_monitor_up 1\n");
        Unmount(tree);

        for (int run = 0; run < 2; run++)
        {
            tree.Monitor("--textfile", file, "--html", tree.Path("/page.html")).ShouldBe(new(1, "", Away(tree)));

            File.ReadAllText(file)
                .ShouldBe(before.Replace("lamboot_monitor_up 1", "lamboot_monitor_up 0", StringComparison.Ordinal));
            File.ReadAllText(tree.Path("/page.html")).ShouldBe(page);
        }
    }

    [Fact]
    public void Metrics_that_were_never_written_have_no_VM()
    {
        using HostTree tree = new();
        Unmount(tree);

        tree.Monitor("--textfile", tree.Path("/m.prom")).ExitCode.ShouldBe(1);

        File.ReadLines(tree.Path("/m.prom")).Where(line => !line.StartsWith('#')).ShouldBe(["lamboot_monitor_up 0"]);
    }

    [Fact]
    public void Alerts_keep_their_state()
    {
        using HostTree tree = new();
        using Receiver receiver = new();
        tree.AddVm(100, "panic-255");
        tree.Monitor("--webhook", receiver.Url).ExitCode.ShouldBe(0);
        receiver.Next().Body.ShouldContain("is critical");
        Unmount(tree);

        tree.Monitor("--webhook", receiver.Url).ExitCode.ShouldBe(1);
        Directory.Move(tree.Path("/etc/away"), tree.Path("/etc/pve/qemu-server"));
        tree.Monitor("--webhook", receiver.Url).ExitCode.ShouldBe(0);

        receiver.Count.ShouldBe(0);
    }

    [Fact]
    public async Task A_watch_says_so_once_and_goes_on()
    {
        using HostTree tree = new();
        tree.AddVm(100, "confirmed-4m");
        using Watching watch = new(tree, []);
        await watch.Line();
        Unmount(tree);
        await watch.Surveys(2);
        Directory.Move(tree.Path("/etc/away"), tree.Path("/etc/pve/qemu-server"));
        CorpusImage.Get("panic-255").WriteTo(tree.ImagePath(100));

        (await watch.Line()).ShouldContain("VM 100 (vm100): healthy -> critical"); // it was never gone

        string again = Away(tree).TrimEnd('\n') + "; the next survey tries again\n";
        (await watch.End("TERM")).ShouldBe(new(0, "", again));
    }

    [Theory]
    [InlineData(1, "healthy")]
    [InlineData(3, "healthy", "--exit-code")]
    public void A_VM_that_is_not_there_is_said_and_counts(int exitCode, string shown, params string[] arguments)
    {
        using HostTree tree = new();
        tree.AddVm(100, "confirmed-4m");
        tree.Write("/etc/pve/lxc/200.conf", "");

        ProgramResult result = tree.Monitor(["--vmid", "100", "--vmid", "999", "--vmid", "200", .. arguments]);

        result.ExitCode.ShouldBe(exitCode);
        result.Output.ShouldContain(shown);
        result.Error.ShouldBe(
            "lamboot-pve-monitor: no VM 999 on this node; qm list shows the VMs here\n"
                + "lamboot-pve-monitor: 200 is a container: it has no UEFI firmware\n"
        );
    }

    /// <summary>Whatever is wrong with one VM's configuration affects only that VM.</summary>
    [Fact]
    public void A_VM_that_cannot_be_read_keeps_nobody_from_the_others()
    {
        using HostTree tree = new();
        tree.AddVm(100, "confirmed-4m");
        File.CreateSymbolicLink(tree.Config(101), tree.Config(101)); // ELOOP
        tree.Write("/etc/pve/qemu-server/102.conf", new string('x', 2 << 20));

        ProgramResult result = tree.Monitor("--exit-code");

        result.ExitCode.ShouldBe(3);
        result.Output.ShouldEndWith("3 VMs: 0 critical, 0 warning, 2 unknown, 1 healthy\n");
    }

    private static void Unmount(HostTree tree) =>
        Directory.Move(tree.Path("/etc/pve/qemu-server"), tree.Path("/etc/away"));

    private static string Away(HostTree tree) =>
        $"lamboot-pve-monitor: cannot read {tree.Path("/etc/pve/qemu-server")}: No such file or directory; is pve-cluster running? "
        + "(systemctl status pve-cluster)\n";
}
