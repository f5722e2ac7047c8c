using LamBoot.Fleet.Config;
using LamBoot.Linux;
using LamBoot.Monitor.Alerts.Kinds;

namespace LamBoot.Monitor.Settings;

/// <summary>The settings from the command line.</summary>
internal sealed record MonitorSettings
{
    public required HostRoot Root { get; init; }

    /// <summary>fleet.toml.</summary>
    public required FleetSource Fleet { get; init; }

    /// <summary>The VMs to show.</summary>
    public required VmFilter Filter { get; init; }

    /// <summary>Whether to ask the other cluster nodes too.</summary>
    public bool Cluster { get; init; }

    /// <summary>The number of consecutive unconfirmed boots that are a crash loop; null to use fleet.toml's.</summary>
    public int? Threshold { get; init; }

    /// <summary>Whether to print JSON.</summary>
    public bool Json { get; init; }

    /// <summary>Whether the JSON includes each VM's boots, for another node's page.</summary>
    public bool Boots { get; init; }

    /// <summary>Whether a table has all columns, however narrow the terminal is.</summary>
    public bool Wide { get; init; }

    /// <summary>Whether the exit code should be the worst status.</summary>
    public bool ExitCode { get; init; }

    /// <summary>Whether to continue until terminated.</summary>
    public bool Watch { get; init; }

    /// <summary>The number of seconds between surveys; null to use fleet.toml's.</summary>
    public int? Interval { get; init; }

    /// <summary>The webhook's URL; null to use fleet.toml's. Secret.</summary>
    public Uri? Webhook { get; init; }

    /// <summary>Whether to notify the receivers in fleet.toml even though this is not a watch.</summary>
    public bool Notify { get; init; }

    /// <summary>Whether to only test whether alerts arrive.</summary>
    public bool TestAlert { get; init; }

    /// <summary>Whether to print the output of a Nagios plugin.</summary>
    public bool Nagios { get; init; }

    /// <summary>Whether the exit code is the worst status.</summary>
    public bool SaysHealth => ExitCode || Nagios;

    /// <summary>Whether anyone is notified: a manual run notifies nobody unless asked to.</summary>
    public bool Notifies => NotifiesAll || Webhook is not null;

    /// <summary>Whether the receivers in fleet.toml are notified; in a cluster, each node's own watch does so.</summary>
    public bool NotifiesAll => (Watch && !Cluster) || Notify;

    /// <summary>Whether to show the survey as a table: not if it goes to files or is JSON.</summary>
    public bool HasTable => !Json && !Nagios && Textfile is null && Html is null;

    /// <summary>The number of consecutive unconfirmed boots that are a crash loop.</summary>
    public int ThresholdOf(FleetToml fleet) => Threshold ?? fleet.Config.CrashThreshold;

    /// <summary>The webhook's URL: from the command line, else from fleet.toml; null if neither has one.</summary>
    /// <exception cref="HostException">fleet.toml's is invalid.</exception>
    public Uri? WebhookOf(FleetToml fleet)
    {
        if (Webhook is not null || fleet.Config.AlertWebhook is not { } url)
        {
            return Webhook;
        }

        return WebHook.IsAllowed(url)
            ? new Uri(url)
            : throw new HostException(
                "monitor.alert_webhook in fleet.toml is not a URL: no alert is sent; fix it there"
            );
    }

    /// <summary>The time between surveys.</summary>
    public TimeSpan IntervalOf(FleetToml fleet) => TimeSpan.FromSeconds(Interval ?? fleet.Config.PollIntervalSeconds);

    /// <summary>Where to write metrics, or null.</summary>
    public string? Textfile { get; init; }

    /// <summary>Where to write the page, or null.</summary>
    public string? Html { get; init; }
}
