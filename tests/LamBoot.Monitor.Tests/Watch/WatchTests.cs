using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace LamBoot.Monitor.Tests.Watch;

/// <summary><c>--watch</c>: changes as they happen, whatever comes and goes.</summary>
public sealed class WatchTests
{
    private const string Vm100 = "NOW VM 100 (vm100): ";
    private const string Healthy =
        "healthy: its guest confirmed the boot (BootedOK, 0 crashes, entry arch-linux, 2031-10-26T15:27:16Z); stopped";
    private const string Critical =
        "critical: kernel panic: Attempted to kill init! exitcode=0x00000100 (Booting, 255 crashes, entry linux-xxxxxxxxxxxxxxxxxxx, 2030-05-27T01:31:08Z); stopped";

    [Theory]
    [InlineData("TERM")]
    [InlineData("INT")]
    public async Task Changes_are_lines_and_it_ends_cleanly(string signal)
    {
        using HostTree tree = new();
        tree.AddVm(100, "confirmed-4m");
        using Watching watch = new(tree, []);
        (await watch.Line()).ShouldBe(Vm100 + Healthy);

        CorpusImage.Get("panic-255").WriteTo(tree.ImagePath(100));
        (await watch.Line()).ShouldBe($"{Vm100}healthy -> {Critical}");
        tree.AddVm(101, "confirmed-4m");
        (await watch.Line()).ShouldBe("NOW VM 101 (vm101): " + Healthy);
        File.Delete(tree.Config(101));
        (await watch.Line()).ShouldBe(
            "NOW VM 101 (vm101): healthy -> unknown: unreadable: the VM is no longer on this node"
        );

        (await watch.End(signal)).ShouldBe(new(0, "", ""));
    }

    [Fact]
    public async Task Changes_may_be_JSON_lines()
    {
        using HostTree tree = new();
        tree.AddVm(100, "confirmed-4m");
        using Watching watch = new(tree, ["--json"]);
        Status(await watch.Line()).ShouldBe("healthy");

        File.Delete(tree.ImagePath(100));
        Status(await watch.Line()).ShouldBe("unknown");
        CorpusImage.Get("panic-255").WriteTo(tree.ImagePath(100));

        Status(await watch.Line()).ShouldBe("critical");
    }

    [Fact]
    public async Task A_broken_edit_of_fleet_toml_leaves_the_last_good_one_in_force()
    {
        using HostTree tree = new();
        tree.Write("/etc/lamboot/fleet.toml", HostTree.FleetToml);
        tree.AddVm(100, "kill-small-00");
        tree.WasConfirmed(100);
        using Watching watch = new(tree, ["--json"]);
        Role(await watch.Line()).ShouldBe("webserver");

        tree.Replace("/etc/lamboot/fleet.toml", HostTree.FleetToml + "[monitor]\ncrash_threshold = 0\n");
        await watch.Surveys(2);
        tree.Replace("/etc/lamboot/fleet.toml", HostTree.FleetToml + "[monitor]\ncrash_threshold = 1\n");

        string line = await watch.Line();
        (Role(line), Status(line)).ShouldBe(("webserver", "critical"));
        (await watch.End("TERM")).Error.ShouldBe(
            $"lamboot-pve-monitor: {tree.Path("/etc/lamboot/fleet.toml")}:9:19: 'monitor.crash_threshold' is 0: expected 1 to 255; "
                + "keeping the last good one\n"
        );
    }

    [Fact]
    public async Task An_unchanged_image_is_not_read_again()
    {
        using HostTree tree = new();
        tree.AddVm(100, "confirmed-4m");
        File.SetLastWriteTimeUtc(tree.ImagePath(100), DateTime.UtcNow.AddHours(-1));
        using Watching watch = new(tree, []);
        await watch.Line();
        await watch.Surveys(1);
        string calls = tree.Path("/calls");

        ProgramResult.Shell(
            "timeout 3 strace -f -e trace=open,openat,pread64 -o \"$1\" -p \"$2\"",
            calls,
            $"{watch.Id}"
        );

        string traced = File.ReadAllText(calls);
        traced.ShouldContain("100.conf"); // it was checked
        traced.ShouldNotContain(".raw");
    }

    [Fact]
    public async Task A_terminal_is_drawn_anew_in_its_place()
    {
        using HostTree tree = new();
        tree.AddVm(100, "panic-255");
        string program = Repository.File("out", "bin", "lamboot-pve-monitor");

        ProgramResult screen = await Task.Run(() =>
            ProgramResult.Run(
                "script",
                [
                    "-qec",
                    $"stty cols 70 rows 24; exec timeout -s INT 3 '{program}' --watch --interval 1 --root '{tree.Root}'",
                    "/dev/null",
                ],
                ("TERM", "xterm")
            )
        );

        string[] frames = screen.Output.Split("\u001b[H");
        frames.Length.ShouldBeGreaterThan(2);
        frames[1].ShouldStartWith("\u001b[2J");
        frames[2].ShouldStartWith("pve1: boot health at ");
        frames[^1].ShouldContain("\u001b[1;31mcritical");
        string[] lines = frames[^1].Split('\n');
        lines[2].ShouldContain("…"); // the last column is cut to the width
        lines[3].ShouldStartWith("1 VM: 1 critical");
    }

    [Fact]
    public async Task Systemd_is_told()
    {
        using HostTree tree = new();
        tree.AddVm(100, "panic-255");
        using Socket manager = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        manager.Bind(new UnixDomainSocketEndPoint(tree.Path("/notify")));
        manager.ReceiveTimeout = 20_000;
        using Watching watch = new(tree, [], ("NOTIFY_SOCKET", tree.Path("/notify")), ("WATCHDOG_USEC", "200000"));

        Receive(manager).ShouldBe("STATUS=1 VM: 1 critical, 0 warning, 0 unknown, 0 healthy");
        Receive(manager).ShouldBe("READY=1");
        Receive(manager).ShouldBe("WATCHDOG=1");
        Receive(manager).ShouldBe("WATCHDOG=1");
        _ = watch.End("TERM");
        string last;
        while ((last = Receive(manager)) == "WATCHDOG=1") { }

        last.ShouldBe("STOPPING=1");
    }

    private static string Receive(Socket socket)
    {
        byte[] buffer = new byte[1000];
        return Encoding.UTF8.GetString(buffer, 0, socket.Receive(buffer));
    }

    private static string Status(string line) => Text(line, "status");

    private static string Role(string line) => Text(line, "role");

    private static string Text(string line, string key)
    {
        using JsonDocument json = JsonDocument.Parse(line.Replace("NOW", "", StringComparison.Ordinal));
        return json.RootElement.GetProperty(key).GetString()!;
    }
}
