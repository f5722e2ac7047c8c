using LamBoot.Fleet.Config;
using LamBoot.Linux;
using LamBoot.Monitor.Survey;

namespace LamBoot.Monitor;

/// <summary>What the command line asks for.</summary>
internal sealed record MonitorSettings
{
    /// <summary>The host.</summary>
    public required HostRoot Root { get; init; }

    /// <summary>fleet.toml.</summary>
    public required FleetSource Fleet { get; init; }

    /// <summary>Which VMs.</summary>
    public required VmFilter Filter { get; init; }

    /// <summary>Booting with this many crashes is critical; null for fleet.toml's.</summary>
    public int? Threshold { get; init; }

    /// <summary>Whether to print JSON.</summary>
    public bool Json { get; init; }

    /// <summary>Whether the exit code is the worst status.</summary>
    public bool ExitCode { get; init; }

    /// <summary>Whether to go on until ended.</summary>
    public bool Watch { get; init; }

    /// <summary>The seconds from one survey to the next; null for fleet.toml's.</summary>
    public int? Interval { get; init; }

    /// <summary>The web hook's URL; null for fleet.toml's. It is a secret.</summary>
    public Uri? Webhook { get; init; }

    /// <summary>Whether to tell fleet.toml's web hook, though this is no watch.</summary>
    public bool Notify { get; init; }

    /// <summary>Whether the web hook is told: a look by hand tells nobody, unless it is asked to.</summary>
    public bool Notifies => Watch || Notify || Webhook is not null;

    /// <summary>The time from one survey to the next.</summary>
    public TimeSpan IntervalOf(FleetToml fleet) => TimeSpan.FromSeconds(Interval ?? fleet.Config.PollIntervalSeconds);

    /// <summary>Where to write metrics, or null.</summary>
    public string? Textfile { get; init; }

    /// <summary>Where to write the page, or null.</summary>
    public string? Html { get; init; }
}
