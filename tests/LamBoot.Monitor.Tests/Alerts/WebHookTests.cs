using LamBoot.Monitor.Tests.Watch;

namespace LamBoot.Monitor.Tests.Alerts;

/// <summary>The webhook: notified once of each change into and out of critical, whatever the receiver does.</summary>
public sealed class WebHookTests
{
    private const string Critical =
        "VM 100 (vm100) on pve1 is critical: kernel panic: Attempted to kill init! exitcode=0x00000100 (Booting, 255 crashes, entry linux-xxxxxxxxxxxxxxxxxxx, 2030-05-27T01:31:08Z)";
    private const string Resolved =
        "VM 100 (vm100) on pve1 has recovered: healthy: its guest confirmed the boot (BootedOK, 0 crashes, entry arch-linux, 2031-10-26T15:27:16Z)";

    [Fact]
    public void A_change_is_told_once_across_restarts()
    {
        using HostTree tree = new();
        using Receiver receiver = new();
        tree.AddVm(100, "panic-255");
        tree.AddVm(101, "confirmed-4m");

        tree.Monitor("--webhook", receiver.Url).ExitCode.ShouldBe(0);
        tree.Monitor("--webhook", receiver.Url).ExitCode.ShouldBe(0);
        receiver.Next().Body.ShouldContain(Critical);
        File.Delete(tree.ImagePath(100)); // an unreadable VM is as bad as it was
        tree.Monitor("--webhook", receiver.Url).ExitCode.ShouldBe(0);
        CorpusImage.Get("confirmed-4m").WriteTo(tree.ImagePath(100));
        tree.Monitor("--webhook", receiver.Url).ExitCode.ShouldBe(0);
        tree.Monitor("--webhook", receiver.Url).ExitCode.ShouldBe(0);

        receiver.Next().Body.ShouldContain(Resolved);
        receiver.Count.ShouldBe(0);
    }

    [Fact]
    public void A_VM_that_left_the_node_is_told()
    {
        using HostTree tree = new();
        using Receiver receiver = new();
        tree.AddVm(100, "panic-255");
        tree.Monitor("--webhook", receiver.Url);
        receiver.Next();
        File.Delete(tree.Config(100));

        tree.Monitor("--webhook", receiver.Url, "--tag", "some"); // does not see all VMs
        tree.Monitor("--webhook", receiver.Url);

        receiver.Next().Body.ShouldContain("no longer on this node");
        receiver.Count.ShouldBe(0);
    }

    [Theory]
    [InlineData(500, "the receiver answered 500")]
    [InlineData(302, "the receiver answered 302")] // a redirect is not followed
    public void What_fails_is_tried_again(int answer, string told)
    {
        using HostTree tree = new();
        using Receiver receiver = new(answer);
        tree.AddVm(100, "panic-255");

        ProgramResult result = tree.Monitor("--webhook", receiver.Url);

        result.ExitCode.ShouldBe(0);
        result.Error.ShouldBe($"lamboot-pve-monitor: web hook: {told}; 1 alert not delivered yet\n");
        receiver.Next().Body.ShouldBe(receiver.Next().Body);
    }

    [Fact]
    public void A_receiver_that_is_not_there_is_said_without_its_URL()
    {
        using HostTree tree = new();
        tree.AddVm(100, "panic-255");

        ProgramResult result = tree.Monitor("--webhook", "http://127.0.0.1:1/s3cret");

        result.ExitCode.ShouldBe(1);
        result.Output.ShouldContain("1 VM: 1 critical");
        result.Error.ShouldContain(
            "web hook: cannot reach the receiver: connection refused; 1 alert not delivered yet"
        );
        result.Error.ShouldNotContain("127.0.0.1");
        result.Error.ShouldNotContain("s3cret");
    }

    [Fact]
    public void An_alert_webhook_that_is_no_URL_is_said_without_it()
    {
        using HostTree tree = new();
        tree.AddVm(100, "panic-255");
        tree.Write(
            "/etc/lamboot/fleet.toml",
            HostTree.FleetToml + "\n[monitor]\nalert_webhook = \"https://[s3cret\"\n"
        );

        ProgramResult result = tree.Monitor("--notify");

        result.ExitCode.ShouldBe(1);
        result.Output.ShouldContain("1 VM: 1 critical");
        result.Error.ShouldBe(
            "lamboot-pve-monitor: monitor.alert_webhook in fleet.toml is not a URL: no alert is sent; fix it there\n"
        );
        tree.Monitor().Error.ShouldBe(""); // a manual run notifies nobody
    }

    /// <summary>It fails, hangs, answers 500 and recovers: the watch never waits, and nothing is lost or reported twice.</summary>
    [Fact]
    public async Task A_watch_never_waits_for_it()
    {
        using HostTree tree = new();
        using Receiver receiver = new(0, 500);
        tree.AddVm(100, "panic-255");
        using Watching watch = new(tree, ["--webhook", receiver.Url]);
        (await watch.Line()).ShouldContain("VM 100 (vm100): critical");
        receiver.Next(); // hangs from here on, for 10 s

        for (int change = 0; change < 3; change++)
        {
            CorpusImage.Get(change % 2 == 0 ? "confirmed-4m" : "kill-small-00").WriteTo(tree.ImagePath(100));
            (await watch.Line()).ShouldContain("VM 100 (vm100): ");
        }

        CorpusImage.Get("panic-255").WriteTo(tree.ImagePath(100));
        (await watch.Line()).ShouldContain("-> critical");

        receiver.Next().Body.ShouldContain(Critical); // answered with 500
        receiver.Next().Body.ShouldContain(Critical); // accepted
        CorpusImage.Get("confirmed-4m").WriteTo(tree.ImagePath(100));
        receiver.Next().Body.ShouldContain("resolved");
        receiver.Count.ShouldBe(0);
        string error = (await watch.End("TERM")).Error;
        error.ShouldContain("web hook: the receiver did not answer within 10 s");
        error.ShouldNotContain("s3cret");
    }

    /// <summary>The next survey may be an hour away: what failed is retried before it.</summary>
    [Fact]
    public async Task A_watch_does_not_wait_for_the_next_survey_to_try_again()
    {
        using HostTree tree = new();
        using Receiver receiver = new(500, 500);
        tree.AddVm(100, "panic-255");
        using Watching watch = new(tree, ["--webhook", receiver.Url, "--interval", "3600"]);

        for (int attempt = 0; attempt < 3; attempt++)
        {
            receiver.Next().Body.ShouldContain(Critical);
        }

        (await watch.End("TERM")).ExitCode.ShouldBe(0);
        receiver.Count.ShouldBe(0);
    }

    [Theory]
    [InlineData("http://example.com/x")]
    [InlineData("ftp://127.0.0.1/x")]
    [InlineData("nonsense")]
    public void Plain_HTTP_is_refused(string url)
    {
        using HostTree tree = new();

        tree.Monitor("--webhook", url)
            .ShouldBe(
                new(
                    2,
                    "",
                    "lamboot-pve-monitor: --webhook: expected an https:// URL; see 'lamboot-pve-monitor --help'\n"
                )
            );
    }
}
