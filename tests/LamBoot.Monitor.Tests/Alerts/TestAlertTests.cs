namespace LamBoot.Monitor.Tests.Alerts;

/// <summary><c>--test-alert</c>: tries each kind and reports the results.</summary>
public sealed class TestAlertTests
{
    private const string Mail = "mail_to = \"root\"\n";
    private const string Run = "run = \"/etc/lamboot/on-change\"\n";

    [Fact]
    public void Each_kind_is_tried_and_no_VM_is_looked_at()
    {
        using Receiver receiver = new();
        using HostTree tree = Node(
            $"alert_webhook = \"{receiver.Url}\"\nwebhook_format = \"alertmanager\"\nwebhook_header = \"Authorization: Bearer s3cret\"\n"
                + Mail
                + Run
        );
        tree.AddVm(100, "panic-255");

        tree.Monitor("--test-alert")
            .ShouldBe(
                new(
                    0,
                    """
                    web hook: the receiver accepted it (alertmanager)
                    mail: /usr/sbin/sendmail accepted it for root
                    run: /etc/lamboot/on-change exited with 0

                    """,
                    ""
                )
            );

        Posted posted = receiver.Next();
        posted.Headers["Authorization"].ShouldBe("Bearer s3cret");
        posted.Body.ShouldContain("\"alertname\":\"LamBootTest\"");
        File.ReadAllText(tree.Path("/mail")).ShouldContain("Subject: [lamboot] test alert from pve1\n");
        File.ReadAllText(tree.Path("/event")).ShouldBe("test  unknown\n");
        Directory.Exists(tree.Path("/run/lamboot")).ShouldBeFalse();
    }

    [Theory]
    [InlineData("json", "\"event\":\"test\"")]
    [InlineData("slack", "test alert from lamboot-pve-monitor on pve1: nothing is wrong")]
    [InlineData("discord", "nothing is wrong")]
    [InlineData("ntfy", "test alert from lamboot-pve-monitor on pve1: nothing is wrong")]
    [InlineData("lamboot", "{\"alert\":\"lamboot-test\",\"vms\":[]")]
    public void Each_form_has_words_for_it(string format, string said)
    {
        using Receiver receiver = new();
        using HostTree tree = Node($"webhook_format = \"{format}\"\n");

        tree.Monitor("--test-alert", "--webhook", receiver.Url).Error.ShouldBe("");

        receiver.Next().Body.ShouldContain(said);
    }

    [Fact]
    public void One_that_fails_is_said_and_the_others_are_tried()
    {
        using HostTree tree = Node("alert_webhook = \"https://127.0.0.1:1/s3cret\"\n" + Mail + Run);
        tree.AddScript("/etc/lamboot/on-change", "echo broken >&2; exit 7\n");

        ProgramResult result = tree.Monitor("--test-alert");

        result.ExitCode.ShouldBe(1);
        result.Output.ShouldBe("mail: /usr/sbin/sendmail accepted it for root\n");
        result.Error.ShouldBe(
            "lamboot-pve-monitor: web hook: cannot reach the receiver: connection refused\n"
                + $"lamboot-pve-monitor: run: {tree.Path("/etc/lamboot/on-change")} exited with 7: broken\n"
        );
    }

    [Fact]
    public void Nobody_to_alert_is_a_failure()
    {
        using HostTree tree = Node("");

        tree.Monitor("--test-alert")
            .ShouldBe(
                new(
                    1,
                    "",
                    "lamboot-pve-monitor: no alerts configured: set mail_to, alert_webhook or run in [monitor] of fleet.toml, see fleet.toml(5)\n"
                )
            );
    }

    /// <summary>A token is for the receiver in fleet.toml, and no other.</summary>
    [Fact]
    public void A_header_goes_to_no_other_URL()
    {
        using Receiver receiver = new();
        using HostTree tree = Node("webhook_header = \"Authorization: Bearer s3cret\"\n");

        tree.Monitor("--test-alert", "--webhook", receiver.Url).ExitCode.ShouldBe(0);

        receiver.Next().Headers["Authorization"].ShouldBeNull();
    }

    [Fact]
    public void Plain_HTTP_at_a_private_address_is_Alertmanagers_alone()
    {
        using HostTree tree = Node("");

        ProgramResult result = tree.Monitor("--test-alert", "--webhook", "http://10.255.255.1:9/");

        result.ExitCode.ShouldBe(1);
        result.Error.ShouldStartWith("lamboot-pve-monitor: --webhook is plain HTTP, so no alert is sent: ");
    }

    private static HostTree Node(string monitor)
    {
        HostTree tree = new();
        tree.Write("/etc/lamboot/fleet.toml", HostTree.FleetToml + "[monitor]\n" + monitor);
        tree.AddScript("/usr/sbin/sendmail", "cat >\"$LAMBOOT_ROOT/mail\"\n");
        tree.AddScript(
            "/etc/lamboot/on-change",
            "echo \"$LAMBOOT_EVENT $LAMBOOT_VMID $LAMBOOT_STATUS\" >\"$LAMBOOT_ROOT/event\"\n"
        );
        return tree;
    }
}
