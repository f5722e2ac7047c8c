using LamBoot.Monitor.Tests.Watch;

namespace LamBoot.Monitor.Tests.Alerts;

/// <summary>Who notifies the webhook, what it knows, and what a receiver may do to it.</summary>
public sealed class AlertTests
{
    /// <summary>What is shown does not affect what is known: critical, healthy, critical again is reported three times.</summary>
    [Fact]
    public void A_filter_of_statuses_does_not_filter_alerts()
    {
        using HostTree tree = new();
        using Receiver receiver = new();
        string[] arguments = ["--status", "critical", "--webhook", receiver.Url];
        foreach (
            (string image, string told) in new[]
            {
                ("panic-255", "critical"),
                ("confirmed-4m", "resolved"),
                ("panic-255", "critical"),
            }
        )
        {
            tree.AddVm(100, image);

            tree.Monitor(arguments).ExitCode.ShouldBe(0);

            receiver.Next().Body.ShouldContain($"\"event\":\"{told}\"");
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(false, "--json")]
    [InlineData(false, "--html", "/dev/null")]
    [InlineData(false, "--threshold", "1")]
    [InlineData(true, "--notify")]
    public void A_look_tells_nobody_unless_it_is_asked_to(bool tells, params string[] arguments)
    {
        using HostTree tree = new();
        using Receiver receiver = new();
        tree.Write(
            "/etc/lamboot/fleet.toml",
            HostTree.FleetToml + $"\n[monitor]\nalert_webhook = \"https://127.0.0.1:1/\"\n"
        );
        tree.AddVm(100, "panic-255");

        ProgramResult result = tree.Monitor(arguments);

        result.Error.Contains("web hook: cannot reach the receiver", StringComparison.Ordinal).ShouldBe(tells);
        result.ExitCode.ShouldBe(tells ? 1 : 0);
    }

    /// <summary>Both the timer's unit and the watch notify the webhook.</summary>
    [Theory]
    [InlineData("lamboot-pve-monitor-once.service", "--notify")]
    [InlineData("lamboot-pve-monitor.service", "--watch")]
    public void The_units_ask_for_it(string unit, string option) =>
        File.ReadLines(Repository.File("etc-examples", "systemd", unit))
            .Single(line => line.StartsWith("ExecStart=", StringComparison.Ordinal))
            .Split(' ')
            .ShouldContain(option);

    [Theory]
    [InlineData(400, 1)]
    [InlineData(404, 1)]
    [InlineData(408, 2)]
    [InlineData(429, 2)]
    [InlineData(503, 2)]
    public void What_the_receiver_refuses_is_not_tried_again(int answer, int posts)
    {
        using HostTree tree = new();
        using Receiver receiver = new(answer);
        tree.AddVm(100, "panic-255");

        ProgramResult result = tree.Monitor("--webhook", receiver.Url);

        result.ExitCode.ShouldBe(posts == 1 ? 1 : 0);
        receiver.Count.ShouldBe(posts);
        result.Error.ShouldBe(
            $"lamboot-pve-monitor: web hook: the receiver answered {answer}; 1 alert not delivered"
                + (posts == 1 ? ": not retried before the next run or change\n" : " yet\n")
        );
    }

    [Fact]
    public async Task A_watch_does_not_send_again_what_was_refused_until_something_changes()
    {
        using HostTree tree = new();
        using Receiver receiver = new(403);
        tree.AddVm(100, "panic-255");
        using Watching watch = new(tree, ["--webhook", receiver.Url]);
        receiver.Next();
        await watch.Surveys(3);
        receiver.Count.ShouldBe(0);

        tree.AddVm(101, "panic-255");

        string body = receiver.Next().Body; // nothing is lost
        body.ShouldContain("VM 100 ");
        body.ShouldContain("VM 101 ");
    }

    /// <summary>A VM that was deleted, and another with the same VMID.</summary>
    [Theory]
    [InlineData("panic-255", "no longer on this node", "is critical")]
    [InlineData("confirmed-4m", "no longer on this node")]
    public void A_reused_VMID_is_another_VM(string image, params string[] told)
    {
        using HostTree tree = new();
        using Receiver receiver = new();
        tree.AddVm(100, "panic-255", "smbios1: uuid=11111111-aaaa-bbbb-cccc-000000000001,base64=1\n");
        tree.Monitor("--webhook", receiver.Url);
        receiver.Next();
        tree.Monitor("--webhook", receiver.Url);
        receiver.Count.ShouldBe(0);

        tree.AddVm(100, image, "smbios1: uuid=11111111-aaaa-bbbb-cccc-000000000002\n");
        tree.Monitor("--webhook", receiver.Url);

        string body = receiver.Next().Body;
        body.Split("\"event\"").Length.ShouldBe(told.Length + 1);
        told.ShouldAllBe(text => body.Contains(text, StringComparison.Ordinal));
        tree.Monitor("--webhook", receiver.Url);
        receiver.Count.ShouldBe(0);
    }

    /// <summary>The previous version's file had only VMIDs.</summary>
    [Fact]
    public void What_was_told_before_an_update_is_known()
    {
        using HostTree tree = new();
        using Receiver receiver = new();
        tree.AddVm(100, "panic-255", "smbios1: uuid=11111111-aaaa-bbbb-cccc-000000000001\n");
        tree.Write("/run/lamboot/monitor-alerts.json", "[100,101]");

        tree.Monitor("--webhook", receiver.Url).ExitCode.ShouldBe(0);

        receiver.Next().Body.ShouldContain("VM 101 on pve1 is no longer critical");
        receiver.Count.ShouldBe(0);
    }

    /// <summary>
    /// A connection that is reset before it is used does not cause an HttpRequestException: the socket's own exception comes through.
    /// </summary>
    [Theory]
    [InlineData("getpeername:error=ENOTCONN")]
    [InlineData("clone,clone3:error=EAGAIN:when=4+")]
    [InlineData("clone,clone3:error=EAGAIN:when=5+")]
    [InlineData("clone,clone3:error=EAGAIN:when=6+")]
    [InlineData("clone,clone3:error=EAGAIN:when=7+")]
    public void Nothing_that_fails_there_ends_the_monitor(string fault)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/strace"), "strace cannot be installed here");
        using HostTree tree = new();
        using Receiver receiver = new();
        tree.AddVm(100, "panic-255");
        string program = Repository.File("out", "bin", "lamboot-pve-monitor");

        ProgramResult result = ProgramResult.Run(
            "strace",
            ["-f", "-qq", "-o", "/dev/null", "-e", $"inject={fault}", program, "--webhook", receiver.Url],
            TimeSpan.FromMinutes(3),
            ("LAMBOOT_ROOT", tree.Root)
        );

        result.ExitCode.ShouldBeInRange(0, 1, result.Error);
        result.Output.ShouldContain("1 VM: ");
        result.Error.ShouldNotContain("s3cret");
        result
            .Error.Split('\n')
            .ShouldAllBe(line =>
                line.Length == 0 || line.StartsWith("lamboot-pve-monitor: ", StringComparison.Ordinal)
            );
    }

    /// <summary>If only the interval changes, it takes effect immediately, not when the old one is over.</summary>
    [Fact]
    public async Task A_new_interval_counts_at_once()
    {
        using HostTree tree = new();
        tree.Write("/etc/lamboot/fleet.toml", HostTree.FleetToml + "[monitor]\npoll_interval_seconds = 3600\n");
        tree.AddVm(100, "confirmed-4m");
        using Watching watch = new(tree, [Watching.ByFleetToml], ("WATCHDOG_USEC", "200000"));
        await watch.Line();
        CorpusImage.Get("panic-255").WriteTo(tree.ImagePath(100));

        tree.Write("/etc/lamboot/fleet.toml", HostTree.FleetToml + "[monitor]\npoll_interval_seconds = 60\n");

        (await watch.Line(TimeSpan.FromSeconds(90))).ShouldContain("-> critical");
    }
}
