using LamBoot.Fleet.Config;
using LamBoot.Linux;
using LamBoot.Monitor.Alerts.Kinds;

namespace LamBoot.Monitor.Settings;

/// <summary>What the command line asks for.</summary>
internal sealed record MonitorSettings
{
    /// <summary>The host.</summary>
    public required HostRoot Root { get; init; }

    /// <summary>fleet.toml.</summary>
    public required FleetSource Fleet { get; init; }

    /// <summary>Which VMs.</summary>
    public required VmFilter Filter { get; init; }

    /// <summary>Whether the other nodes of the cluster are asked too.</summary>
    public bool Cluster { get; init; }

    /// <summary>Booting with this many crashes is critical; null for fleet.toml's.</summary>
    public int? Threshold { get; init; }

    /// <summary>Whether to print JSON.</summary>
    public bool Json { get; init; }

    /// <summary>Whether the JSON has the boots of each VM too, for another node's page.</summary>
    public bool Boots { get; init; }

    /// <summary>Whether a table has all columns, however wide the terminal is.</summary>
    public bool Wide { get; init; }

    /// <summary>Whether the exit code is asked to be the worst status.</summary>
    public bool ExitCode { get; init; }

    /// <summary>Whether to go on until ended.</summary>
    public bool Watch { get; init; }

    /// <summary>The seconds from one survey to the next; null for fleet.toml's.</summary>
    public int? Interval { get; init; }

    /// <summary>The web hook's URL; null for fleet.toml's. It is a secret.</summary>
    public Uri? Webhook { get; init; }

    /// <summary>Whether to notify whoever fleet.toml names, though this is no watch.</summary>
    public bool Notify { get; init; }

    /// <summary>Whether to do nothing but try whether alerts arrive.</summary>
    public bool TestAlert { get; init; }

    /// <summary>Whether to print the line of a Nagios plugin.</summary>
    public bool Nagios { get; init; }

    /// <summary>Whether the exit code is the worst status.</summary>
    public bool SaysHealth => ExitCode || Nagios;

    /// <summary>Whether anybody is notified: a look by hand notifies nobody, unless it is asked to.</summary>
    public bool Notifies => NotifiesAll || Webhook is not null;

    /// <summary>Whether whoever fleet.toml names is notified; of a cluster each node's own watch does it.</summary>
    public bool NotifiesAll => (Watch && !Cluster) || Notify;

    /// <summary>Whether to show the survey as a table: not where it goes to files, or is JSON.</summary>
    public bool HasTable => !Json && !Nagios && Textfile is null && Html is null;

    /// <summary>The crashes that make a boot critical.</summary>
    public int ThresholdOf(FleetToml fleet) => Threshold ?? fleet.Config.CrashThreshold;

    /// <summary>The web hook's URL: the command line's, else fleet.toml's; null where neither has one.</summary>
    /// <exception cref="HostException">fleet.toml's is none.</exception>
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

    /// <summary>The time from one survey to the next.</summary>
    public TimeSpan IntervalOf(FleetToml fleet) => TimeSpan.FromSeconds(Interval ?? fleet.Config.PollIntervalSeconds);

    /// <summary>Where to write metrics, or null.</summary>
    public string? Textfile { get; init; }

    /// <summary>Where to write the page, or null.</summary>
    public string? Html { get; init; }
}
