using System.Diagnostics;
using LamBoot.Linux;
using LamBoot.Pve.Qemu.Screen;

namespace LamBoot.Pve.Tests.Qemu;

/// <summary>A VM's console, from a real QEMU, and from one that is hung, busy, or compromised by a guest.</summary>
public sealed class VmScreenTests
{
    [Fact]
    public void A_real_QEMU_gives_its_screen_and_runs_on()
    {
        Assert.SkipUnless(RealQemu.IsHere, "QEMU cannot be installed here");
        using HostTree tree = new();
        using RealQemu qemu = new(tree, 100);

        Stopwatch watch = Stopwatch.StartNew();
        Pixels picture;
        do
        {
            picture = VmScreen.Take(new(tree.Root), 100); // and the monitor is released
        } while (picture.Width != 720 && watch.Elapsed < TimeSpan.FromSeconds(30)); // its firmware has not started yet

        (picture.Width, picture.Height, picture.Bytes.Length).ShouldBe((720, 400, 3 * 720 * 400));
        qemu.IsRunning.ShouldBeTrue();
    }

    [Fact]
    public void A_VM_without_a_graphics_card_has_none()
    {
        Assert.SkipUnless(RealQemu.IsHere, "QEMU cannot be installed here");
        using HostTree tree = new();
        using RealQemu qemu = new(tree, 100, vga: "none");

        Failure(tree).ShouldStartWith("cannot take a screenshot of VM 100's console: QEMU refuses: ");
    }

    [Fact]
    public void A_VM_that_does_not_run_has_none()
    {
        using HostTree tree = new();

        Failure(tree).ShouldBe("VM 100 is not running on this node, so it has no console to show");
    }

    /// <summary>Proxmox VE may be in the middle of a backup: a client that is not greeted leaves at once.</summary>
    [Fact]
    public void A_monitor_that_another_has_is_left_alone()
    {
        using HostTree tree = new();
        using Process process = tree.RunQemu(100);
        using QmpServer server = new(tree, 100, _ => null, greets: false);
        Stopwatch watch = Stopwatch.StartNew();

        string failure = Failure(tree);

        process.Kill(entireProcessTree: true);
        watch.Elapsed.ShouldBeInRange(TimeSpan.FromSeconds(0.4), TimeSpan.FromSeconds(2));
        failure.ShouldContain(
            "another program (such as Proxmox VE) is talking to it, or it hangs; try again in a moment"
        );
    }

    [Theory]
    [InlineData("", "does not answer")] // an empty line
    [InlineData("{\"return\": {}}", "is not a picture")] // nothing was written
    [InlineData("{\"error\": {\"class\": \"GenericError\", \"desc\": \"no surface\"}}", "QEMU refuses: no surface")]
    [InlineData("{\"error\": {\"desc\": \"\\ud800\"}}", "QEMU refuses: no reason given")]
    [InlineData("{\"error\": 7}", "QEMU refuses: no reason given")]
    [InlineData("nonsense", "does not answer")]
    [InlineData("[]\n7\nnull", "does not answer")]
    public void What_is_no_answer_ends_in_time(string answer, string told)
    {
        using HostTree tree = new();
        using Process process = tree.RunQemu(100);
        using QmpServer server = new(tree, 100, line => IsScreendump(line) ? answer : QmpServer.Usual(line));
        Stopwatch watch = Stopwatch.StartNew();

        string failure = Failure(tree);

        process.Kill(entireProcessTree: true);
        watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(4));
        failure.ShouldContain(told);
    }

    [Theory]
    [InlineData('x')] // a line without an end
    [InlineData('\n')]
    public void A_flood_of_answers_is_not_read_on(char flood)
    {
        using HostTree tree = new();
        using Process process = tree.RunQemu(100);
        string events = new(flood, 10 << 20);
        using QmpServer server = new(tree, 100, line => IsScreendump(line) ? events : QmpServer.Usual(line));
        Stopwatch watch = Stopwatch.StartNew();

        string failure = Failure(tree);

        process.Kill(entireProcessTree: true);
        watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(1.9));
        failure.ShouldContain("does not answer");
    }

    private static bool IsScreendump(string line) => line.Contains("screendump", StringComparison.Ordinal);

    private static string Failure(HostTree tree) =>
        Should.Throw<HostException>(() => VmScreen.Take(new(tree.Root), 100)).Message;
}
