using System.Globalization;
using System.Text.Json;
using LamBoot.Monitor.Tests.Survey;

namespace LamBoot.Monitor.Tests.Alerts;

/// <summary>The webhook's formats: guest-written text is data in each of them.</summary>
public sealed class WebHookFormTests
{
    private const string Hostile = "<!channel> & *b* @everyone [x](https://evil) \u001b[2J\n\"'\u202e";

    private const string HostileText =
        "VM 100 (vm100) on pve1 is critical: kernel panic: <!channel> & *b* @everyone [x](https://evil) \\u{1b}[2J "
        + "(CrashLoop, 3 crashes, entry <!channel> & *b* @everyone [x](https://evil) \\u{1b}[2J\\u{a}\"'\\u{202e}, no time)";

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
        tree.Monitor("--webhook", receiver.Url); // it forgets an alert that is not repeated

        receiver.Next();
        using JsonDocument json = JsonDocument.Parse(receiver.Next().Body);

        JsonElement alert = json.RootElement[0];
        alert.GetProperty("labels").GetProperty("alertname").GetString().ShouldBe("LamBootVmCritical");
        alert.GetProperty("labels").GetProperty("vmid").GetString().ShouldBe("100");
        alert.GetProperty("annotations").GetProperty("summary").GetString().ShouldBe(HostileText);
        alert.GetProperty("endsAt").GetDateTimeOffset().ShouldBeGreaterThan(DateTimeOffset.UtcNow);
    }

    /// <summary>It is valid beyond the next survey, however long the interval.</summary>
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
