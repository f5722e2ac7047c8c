using LamBoot.Monitor.Alerts.Kinds;

namespace LamBoot.Monitor.Tests.Alerts;

/// <summary>The webhook's format as inferred from its host.</summary>
public sealed class WebHookHostTests
{
    [Theory]
    [InlineData("https://hooks.slack.com/services/x", null, "slack")]
    [InlineData("https://HOOKS.SLACK.COM/services/x", null, "slack")]
    [InlineData("https://discord.com/api/webhooks/x", null, "discord")]
    [InlineData("https://discordapp.com/api/webhooks/x", null, "discord")]
    [InlineData("https://canary.discord.com/api/webhooks/x", null, "discord")]
    [InlineData("https://ntfy.sh/topic", null, "ntfy")]
    [InlineData("https://example.org/hooks.slack.com", null, "json")]
    [InlineData("https://nothooks.slack.com.example.org/", null, "json")]
    [InlineData("https://evildiscord.com/", null, "json")]
    [InlineData("https://hooks.slack.com/services/x", "json", "json")] // an explicit format takes precedence
    [InlineData("https://example.org/", "slack", "slack")]
    public void Known_services_are_known(string url, string? said, string format) =>
        WebHook.FormatOf(new(url), said).ShouldBe(format);

    [Theory]
    [InlineData("https://example.org/", true)]
    [InlineData("http://127.0.0.1:9093/", true)]
    [InlineData("http://[::1]/", true)]
    [InlineData("http://localhost/", true)]
    [InlineData("http://192.168.0.1/", true)]
    [InlineData("http://[fd00:1::2]/", true)]
    [InlineData("http://10.0.0.1@example.org/", false)]
    [InlineData("http://example.org/", false)]
    [InlineData("http://8.8.8.8/", false)]
    [InlineData("ftp://10.0.0.1/", false)]
    public void Plain_HTTP_goes_to_a_private_address_alone(string url, bool isAllowed) =>
        WebHook.IsAllowed(url).ShouldBe(isAllowed);
}
