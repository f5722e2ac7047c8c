using System.Globalization;
using System.Text.Json;
using LamBoot.Monitor.Tests.Survey;
using LamBoot.Monitor.Tests.Watch;

namespace LamBoot.Monitor.Tests.Alerts;

/// <summary>The web hook: told once of each change into and out of critical, whatever the receiver does.</summary>
public sealed class WebHookTests
{
    private const string Critical =
        "VM 100 (vm100) on pve1 is critical: Booting, 255 crashes, entry linux-xxxxxxxxxxxxxxxxxxx, 2030-05-27T01:31:08Z";
    private const string Resolved =
        "VM 100 (vm100) on pve1 has recovered: healthy: BootedOK, 0 crashes, entry arch-linux, 2031-10-26T15:27:16Z";

    [Fact]
    public void A_change_is_told_once_across_restarts()
    {
        using HostTree tree = new();
        using Receiver receiver = new();
        tree.AddVm(100, "crash-255");
        tree.AddVm(101, "single-00-4m-ok");

        tree.Monitor("--webhook", receiver.Url).ExitCode.ShouldBe(0);
        tree.Monitor("--webhook", receiver.Url).ExitCode.ShouldBe(0);
        receiver.Next().Body.ShouldContain(Critical);
        File.Delete(tree.ImagePath(100)); // what cannot be read is as bad as it was
        tree.Monitor("--webhook", receiver.Url).ExitCode.ShouldBe(0);
        CorpusImage.Get("single-00-4m-ok").WriteTo(tree.ImagePath(100));
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
        tree.AddVm(100, "crash-255");
        tree.Monitor("--webhook", receiver.Url);
        receiver.Next();
        File.Delete(tree.Config(100));

        tree.Monitor("--webhook", receiver.Url, "--tag", "some"); // does not see all
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
        tree.AddVm(100, "crash-255");

        ProgramResult result = tree.Monitor("--webhook", receiver.Url);

        result.ExitCode.ShouldBe(0);
        result.Error.ShouldBe($"lamboot-pve-monitor: web hook: {told}; 1 alert not delivered yet\n");
        receiver.Next().Body.ShouldBe(receiver.Next().Body);
    }

    [Fact]
    public void A_receiver_that_is_not_there_is_said_without_its_URL()
    {
        using HostTree tree = new();
        tree.AddVm(100, "crash-255");

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
        tree.AddVm(100, "crash-255");
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
        tree.Monitor().Error.ShouldBe(""); // a look tells nobody
    }

    /// <summary>It fails, hangs, answers 500 and recovers: the watch never waits, and nothing is lost or told twice.</summary>
    [Fact]
    public async Task A_watch_never_waits_for_it()
    {
        using HostTree tree = new();
        using Receiver receiver = new(0, 500);
        tree.AddVm(100, "crash-255");
        using Watching watch = new(tree, ["--webhook", receiver.Url]);
        (await watch.Line()).ShouldContain("VM 100 (vm100): critical");
        receiver.Next(); // hangs from here on, for 10 s

        for (int change = 0; change < 3; change++)
        {
            CorpusImage.Get(change % 2 == 0 ? "single-00-4m-ok" : "kill-small-00").WriteTo(tree.ImagePath(100));
            (await watch.Line()).ShouldContain("VM 100 (vm100): ");
        }

        CorpusImage.Get("crash-255").WriteTo(tree.ImagePath(100));
        (await watch.Line()).ShouldContain("-> critical");

        receiver.Next().Body.ShouldContain(Critical); // answered with 500
        receiver.Next().Body.ShouldContain(Critical); // taken
        CorpusImage.Get("single-00-4m-ok").WriteTo(tree.ImagePath(100));
        receiver.Next().Body.ShouldContain("resolved");
        receiver.Count.ShouldBe(0);
        string error = (await watch.End("TERM")).Error;
        error.ShouldContain("web hook: the receiver did not answer within 10 s");
        error.ShouldNotContain("s3cret");
    }

    /// <summary>The next survey may be an hour away: what failed is told again before it.</summary>
    [Fact]
    public async Task A_watch_does_not_wait_for_the_next_survey_to_try_again()
    {
        using HostTree tree = new();
        using Receiver receiver = new(500, 500);
        tree.AddVm(100, "crash-255");
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

    [Fact]
    public void Its_own_form_has_the_record()
    {
        using JsonDocument json = JsonDocument.Parse(Post("json").Body);

        JsonElement change = json.RootElement.GetProperty("changes")[0];
        change.GetProperty("event").GetString().ShouldBe("critical");
        change.GetProperty("health").GetProperty("last_entry").GetString().ShouldBe(Hostile);
        change.GetProperty("text").GetString().ShouldBe(HostileText);
    }

    [Fact]
    public void Slacks_form_has_text_without_links_and_mentions()
    {
        using JsonDocument json = JsonDocument.Parse(Post("slack").Body);

        string text = json.RootElement.GetProperty("text").GetString()!;
        text.ShouldContain("&lt;!channel&gt; &amp;");
        text.ShouldNotContain("<");
        text.ShouldNotContain("\u001b");
        json.RootElement.GetProperty("mrkdwn").GetBoolean().ShouldBeFalse();
    }

    [Fact]
    public void Discords_form_mentions_nobody_and_has_no_markup()
    {
        using JsonDocument json = JsonDocument.Parse(Post("discord").Body);

        json.RootElement.GetProperty("allowed_mentions").GetProperty("parse").GetArrayLength().ShouldBe(0);
        string text = json.RootElement.GetProperty("content").GetString()!;
        text.ShouldContain(@"\<\!channel\> \& \*b\* \@everyone \[x\]\(https\:\/\/evil\)");
        text.Length.ShouldBeLessThanOrEqualTo(2000);
    }

    [Fact]
    public void Ntfys_form_is_plain_text_with_headers()
    {
        Posted posted = Post("ntfy");

        posted.Body.ShouldBe(HostileText);
        (posted.Headers["Title"], posted.Headers["Priority"], posted.Headers["Tags"]).ShouldBe(
            ("LamBoot: critical", "high", "warning")
        );
    }

    [Fact]
    public void Alertmanagers_form_is_told_as_long_as_it_lasts()
    {
        using HostTree tree = HostileNode("alertmanager");
        using Receiver receiver = new();
        tree.Monitor("--webhook", receiver.Url);
        tree.Monitor("--webhook", receiver.Url); // it forgets an alert that is not told again

        receiver.Next();
        using JsonDocument json = JsonDocument.Parse(receiver.Next().Body);

        JsonElement alert = json.RootElement[0];
        alert.GetProperty("labels").GetProperty("alertname").GetString().ShouldBe("LamBootVmCritical");
        alert.GetProperty("labels").GetProperty("vmid").GetString().ShouldBe("100");
        alert.GetProperty("annotations").GetProperty("summary").GetString().ShouldBe(HostileText);
        alert.GetProperty("endsAt").GetDateTimeOffset().ShouldBeGreaterThan(DateTimeOffset.UtcNow);
    }

    /// <summary>It is valid longer than until the next survey, however seldom that comes.</summary>
    [Theory]
    [InlineData("1")]
    [InlineData("7200")]
    public void Alertmanagers_end_outlives_the_interval(string interval)
    {
        using HostTree tree = HostileNode("alertmanager");
        using Receiver receiver = new();

        tree.Monitor("--webhook", receiver.Url, "--interval", interval);

        using JsonDocument json = JsonDocument.Parse(receiver.Next().Body);
        TimeSpan valid = json.RootElement[0].GetProperty("endsAt").GetDateTimeOffset() - DateTimeOffset.UtcNow;
        valid.ShouldBeGreaterThan(
            (3 * TimeSpan.FromSeconds(int.Parse(interval, CultureInfo.InvariantCulture))) + TimeSpan.FromMinutes(10)
        );
    }

    private const string Hostile = "<!channel> & *b* @everyone [x](https://evil) \u001b[2J\n\"'\u202e";

    private const string HostileText =
        "VM 100 (vm100) on pve1 is critical: CrashLoop, 3 crashes, entry <!channel> & *b* @everyone [x](https://evil) "
        + "\\u{1b}[2J\\u{a}\"'\\u{202e}, no time";

    private static Posted Post(string format)
    {
        using HostTree tree = HostileNode(format);
        using Receiver receiver = new();
        tree.Monitor("--webhook", receiver.Url).Error.ShouldBe("");
        return receiver.Next();
    }

    private static HostTree HostileNode(string format)
    {
        HostTree tree = new();
        tree.Write("/etc/lamboot/fleet.toml", HostTree.FleetToml + $"[monitor]\nwebhook_format = \"{format}\"\n");
        tree.AddVm(100);
        HostileStore.Write(tree.ImagePath(100), Hostile);
        return tree;
    }
}
