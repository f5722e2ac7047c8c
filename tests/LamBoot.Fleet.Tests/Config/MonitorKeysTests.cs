using LamBoot.Fleet.Config;
using static LamBoot.Fleet.Tests.Config.FleetTexts;

namespace LamBoot.Fleet.Tests.Config;

/// <summary>fleet.toml: who is notified of changes, and which VMs are excluded.</summary>
public sealed class MonitorKeysTests
{
    [Fact]
    public void All_of_them()
    {
        FleetConfig config = Valid(
            Head
                + """
                [monitor]
                alert_webhook = "http://10.1.2.3:9093/api/v2/alerts"
                webhook_format = "alertmanager"
                webhook_header = "Authorization: Bearer s3cret=="
                mail_to = "root"
                run = "/etc/lamboot/on-change"
                ignore_tags = ["test", "lab"]
                """
        );

        config.AlertWebhook.ShouldBe("http://10.1.2.3:9093/api/v2/alerts");
        config.WebhookHeader.ShouldBe("Authorization: Bearer s3cret==");
        (config.MailTo, config.RunOnChange).ShouldBe(("root", "/etc/lamboot/on-change"));
        config.IgnoreTags.ShouldBe(["test", "lab"]);
    }

    [Theory]
    [InlineData("http://127.0.0.1/", true)]
    [InlineData("http://localhost:9093/api", true)]
    [InlineData("http://10.0.0.1", true)]
    [InlineData("http://172.16.0.1:9093/", true)]
    [InlineData("http://172.31.255.255/", true)]
    [InlineData("http://192.168.1.1/", true)]
    [InlineData("http://[::1]:9093/", true)]
    [InlineData("http://[fd00:1::2]:9093/", true)]
    [InlineData("http://[fc00::1]/", true)]
    [InlineData("http://172.15.0.1/", false)]
    [InlineData("http://172.32.0.1/", false)]
    [InlineData("http://192.169.1.1/", false)]
    [InlineData("http://11.0.0.1/", false)]
    [InlineData("http://010.0.0.1/", false)]
    [InlineData("http://10.1/", false)]
    [InlineData("http://10.0.0.1.example.org/", false)]
    [InlineData("http://alertmanager/", false)] // a name may lead anywhere
    [InlineData("http://127.0.0.1:x@example.org/", false)]
    [InlineData("http://10.0.0.1@example.org/", false)]
    [InlineData("http://10.0.0.1:80\\@example.org/", false)]
    [InlineData("http://[fd00:1::2]@example.org/", false)]
    [InlineData("http://[fd]/", false)]
    [InlineData("http://[fe80::1]/", false)]
    [InlineData("http://[2001:db8::1]/", false)]
    [InlineData("http://", false)]
    [InlineData("http:", false)]
    [InlineData("h", false)]
    [InlineData("", false)]
    [InlineData("https://", false)]
    [InlineData("https://@", false)]
    [InlineData("https://example.org", true)]
    public void Plain_HTTP_goes_to_a_private_address_alone(string url, bool isUrl) =>
        WebHookUrl.IsUrl(url).ShouldBe(isUrl);

    [Theory]
    [InlineData("alert_webhook = \"http://127.0.0.1/s3cret\"")]
    [InlineData("alert_webhook = \"http://127.0.0.1/s3cret\"\nwebhook_format = \"json\"")]
    public void Plain_HTTP_is_Alertmanagers_alone(string monitor) =>
        Errors(Head + "[monitor]\n" + monitor)
            .ShouldHaveSingleItem()
            .ShouldBe(
                "5:1: 'monitor.alert_webhook' is plain HTTP: expected an https:// URL, or webhook_format = \"alertmanager\""
            );

    /// <summary>No error shows anything that may be secret, or affects whoever reads it.</summary>
    [Theory]
    [InlineData("webhook_header = \"s3cret\"", "5:18: 'monitor.webhook_header': expected a header, \"NAME: VALUE\"")]
    [InlineData(
        "webhook_header = \"A: s3cret\\r\\nB: c\"",
        "5:18: 'monitor.webhook_header': expected a header, \"NAME: VALUE\""
    )]
    [InlineData("webhook_header = \"A b: c\"", "5:18: 'monitor.webhook_header': expected a header, \"NAME: VALUE\"")]
    [InlineData(
        "mail_to = \"\"",
        "5:11: 'monitor.mail_to' is \"\": expected a user of the node or an address, \"root\""
    )]
    [InlineData(
        "mail_to = \"-oX\"",
        "5:11: 'monitor.mail_to' is \"-oX\": expected a user of the node or an address, \"root\""
    )]
    [InlineData(
        "mail_to = \"a\\nBcc: b\"",
        "5:11: 'monitor.mail_to' is \"a\\u{a}Bcc: b\": expected a user of the node or an address, \"root\""
    )]
    [InlineData(
        "mail_to = \"a, b\"",
        "5:11: 'monitor.mail_to' is \"a, b\": expected a user of the node or an address, \"root\""
    )]
    [InlineData("run = \"on-change\"", "5:7: 'monitor.run' is \"on-change\": expected an absolute path")]
    [InlineData("ignore_tags = \"x\"", "5:15: 'monitor.ignore_tags': expected a list of tags, [\"test\"]")]
    public void A_breach_of_a_rule_has_its_place(string monitor, string error) =>
        Errors(Head + "[monitor]\n" + monitor).ShouldHaveSingleItem().ShouldBe(error);
}
