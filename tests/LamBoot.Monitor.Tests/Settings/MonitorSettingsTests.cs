using System.Text;
using LamBoot.Fleet.Config;
using LamBoot.Linux;
using LamBoot.Monitor.Settings;

namespace LamBoot.Monitor.Tests.Settings;

/// <summary>The combined settings of the command line and fleet.toml.</summary>
public sealed class MonitorSettingsTests
{
    private const string Hook = "https://alerts.example/secret";

    [Theory]
    [InlineData(false, false, null, false)] // a manual run notifies nobody
    [InlineData(true, false, null, true)]
    [InlineData(false, true, null, true)]
    [InlineData(false, false, Hook, true)]
    public void The_web_hook_is_notified_by_a_watch_or_where_it_is_asked_for(
        bool watch,
        bool notify,
        string? webhook,
        bool notifies
    ) =>
        (
            Plain with
            {
                Watch = watch,
                Notify = notify,
                Webhook = webhook is null ? null : new Uri(webhook),
            }
        ).Notifies.ShouldBe(notifies);

    [Theory]
    [InlineData(null, "", null)]
    [InlineData(null, "alert_webhook = \"https://fleet.example/\"", "https://fleet.example/")]
    [InlineData(Hook, "alert_webhook = \"https://fleet.example/\"", Hook)]
    [InlineData(Hook, "", Hook)]
    public void The_command_lines_web_hook_goes_before_that_of_the_fleet(
        string? given,
        string monitor,
        string? expected
    )
    {
        MonitorSettings settings = Plain with { Webhook = given is null ? null : new Uri(given) };

        string? url = settings.WebhookOf(Toml(monitor))?.AbsoluteUri;

        url.ShouldBe(expected);
    }

    [Fact]
    public void The_command_lines_numbers_go_before_those_of_the_fleet()
    {
        FleetToml fleet = Toml("poll_interval_seconds = 90\ncrash_threshold = 7");

        Plain.IntervalOf(fleet).ShouldBe(TimeSpan.FromSeconds(90));
        Plain.ThresholdOf(fleet).ShouldBe(7);
        MonitorSettings given = Plain with { Interval = 5, Threshold = 3 };
        given.IntervalOf(fleet).ShouldBe(TimeSpan.FromSeconds(5));
        given.ThresholdOf(fleet).ShouldBe(3);
    }

    [Theory]
    [InlineData(false, null, null, true)]
    [InlineData(true, null, null, false)]
    [InlineData(false, "-", null, false)]
    [InlineData(false, null, "page.html", false)]
    public void A_survey_is_a_table_unless_it_goes_elsewhere(
        bool json,
        string? textfile,
        string? html,
        bool hasTable
    ) => (Plain with { Json = json, Textfile = textfile, Html = html }).HasTable.ShouldBe(hasTable);

    [Theory]
    [InlineData("", "", true)]
    [InlineData("WEB", "", true)] // Proxmox VE's tags are case-insensitive
    [InlineData("db", "", false)]
    [InlineData("", "webserver", true)]
    [InlineData("", "Webserver", false)]
    [InlineData("web", "database", false)]
    public void A_VM_is_asked_for_by_one_of_the_tags_and_one_of_the_roles(string tag, string role, bool wanted)
    {
        VmFilter filter = new() { Tags = tag.Length > 0 ? [tag, "other"] : [], Roles = role.Length > 0 ? [role] : [] };

        filter.Wants(["prod", "web"], "webserver").ShouldBe(wanted);
        filter.IsWhole.ShouldBe(tag.Length + role.Length == 0);
    }

    private static MonitorSettings Plain { get; } =
        new()
        {
            Root = new HostRoot("/nowhere"),
            Fleet = new("/nowhere/fleet.toml"),
            Filter = new(),
        };

    private static FleetToml Toml(string monitor)
    {
        string text = $"schema_version = 1\n[fleet]\nid = \"prod\"\n[monitor]\n{monitor}\n";
        FleetToml fleet = FleetToml.Parse(Encoding.UTF8.GetBytes(text), "fleet.toml");
        fleet.Errors.ShouldBeEmpty();
        return fleet;
    }
}
