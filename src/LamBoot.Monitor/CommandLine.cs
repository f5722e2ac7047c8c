using System.CommandLine;
using System.CommandLine.Parsing;
using LamBoot.Fleet.Health;
using LamBoot.Fleet.Text;
using LamBoot.Monitor.Alerts.Kinds;
using LamBoot.Monitor.Nodes;
using LamBoot.Monitor.Settings;
using LamBoot.Pve.Config;

namespace LamBoot.Monitor;

/// <summary>The options of <c>lamboot-pve-monitor</c>.</summary>
internal sealed class CommandLine
{
    private readonly Option<int[]> _vmids = new("--vmid") { Description = "Only this VM (repeatable)", HelpName = "N" };

    private readonly Argument<int[]> _named = new("VMID")
    {
        Description = "These VMs alone, as --vmid",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private readonly Option<string[]> _tags = new("--tag")
    {
        Description = "Only VMs with this Proxmox tag (repeatable)",
        HelpName = "TAG",
    };

    private readonly Option<string[]> _roles = new("--role")
    {
        Description = "Only VMs of this role (repeatable)",
        HelpName = "ROLE",
    };

    private readonly Option<string[]> _statuses = new("--status")
    {
        Description = "Only VMs of this status: critical, warning, unknown or healthy (repeatable)",
        HelpName = "STATUS",
    };

    private readonly Option<bool> _all = new("--all") { Description = "Show VMs without LamBoot too" };

    private readonly Option<bool> _cluster = new("--cluster")
    {
        Description = "Ask the cluster's other nodes too, by ssh, at most 10 s each; one that says nothing is a row",
    };

    private readonly Option<bool> _boots = new(ClusterSurvey.BootsOption) { Hidden = true };

    private readonly Option<bool> _wide = new("--wide")
    {
        Description = "Show all columns, with times instead of ages; a narrow terminal has the important ones alone",
    };

    private readonly Option<bool> _json = new("--json")
    {
        Description =
            "Print one JSON value and nothing else (null where the VMs cannot be listed); with --watch a record a line for each change",
    };

    private readonly Option<int?> _threshold = new("--threshold")
    {
        Description =
            "A crash loop is so many boots in a row that were not confirmed; default: fleet.toml's crash_threshold",
        HelpName = "N",
    };

    private readonly Option<bool> _exitCode = new("--exit-code")
    {
        Description = "Exit with 0 healthy, 1 warning, 2 critical, 3 unknown: the worst of the VMs asked for",
    };

    private readonly Option<bool> _watch = new("--watch")
    {
        Description = "Go on: redraw a terminal, print changes elsewhere",
    };

    private readonly Option<int?> _interval = new("--interval")
    {
        Description = "Seconds from one survey to the next; default: fleet.toml's poll_interval_seconds",
        HelpName = "S",
    };

    private readonly Option<string> _webhook = new("--webhook")
    {
        Description =
            "POST to this https:// URL when a VM becomes critical or recovers; better in fleet.toml, since ps shows it",
        HelpName = "URL",
    };

    // What upstream's lamboot-pve-monitor calls the same, for the timers that are there.
    private readonly Option<string> _alertWebhook = new("--alert-webhook") { HelpName = "URL", Hidden = true };
    private readonly Option<string> _fleetConfig = new("--fleet-config") { HelpName = "FILE", Hidden = true };
    private readonly Option<string> _logPath = new("--log-path") { HelpName = "FILE", Hidden = true }; // as there, of no effect

    private readonly Option<bool> _notify = new("--notify")
    {
        Description =
            "Send the alerts that fleet.toml asks for (mail_to, alert_webhook, run), as --watch does; for a timer",
    };

    private readonly Option<bool> _testAlert = new("--test-alert")
    {
        Description = "Send a test alert each way that fleet.toml asks for, say what happened, and do nothing else",
    };

    private readonly Option<bool> _nagios = new("--nagios")
    {
        Description = "Print the one line of a Nagios plugin and exit as with --exit-code",
    };

    private readonly Option<string> _textfile = new("--textfile")
    {
        Description =
            "Write metrics to FILE, for node_exporter's textfile collector, and no table; - for standard output, auto for lamboot.prom in its folder",
        HelpName = "FILE",
    };

    private readonly Option<string> _html = new("--html")
    {
        Description = "Write an HTML status page to FILE, and no table; - for standard output",
        HelpName = "FILE",
    };

    /// <summary>Reads the command line and runs what it asks for.</summary>
    public static int Run(string[] args, Func<MonitorSettings, int> run)
    {
        RootCommand command = new(
            """
            Shows the boot health of this node's VMs, without an agent in the guest.

            Example: lamboot-pve-monitor --status critical --watch
            """
        );
        ProgramOptions options = new(command, "lamboot-pve-monitor");
        CommandLine line = new();
        line.AddTo(command);
        command.SetAction(result => run(line.Settings(result, options)));
        return ProgramBoundary.Run(command, "lamboot-pve-monitor", args);
    }

    private void AddTo(RootCommand command)
    {
        command.Arguments.Add(_named);
        _named.Validators.Add(result => Check(result, text => Vmid.TryParse(text, out _), Vmid.Refusal));
        Check(_vmids, text => Vmid.TryParse(text, out _), Vmid.Refusal);
        Check(
            _statuses,
            text => HealthStatuses.Parse(text) is not null,
            text => DidYouMean.Unknown("status", text, [.. HealthStatuses.WorstFirst.Select(status => status.Word())])
        );
        Check(
            _interval,
            text => int.TryParse(text, out int s) && s > 0,
            _ => "--interval: expected a number of seconds, 1 or more"
        );
        Check(
            _threshold,
            text => int.TryParse(text, out int n) && n > 0,
            _ => "--threshold: expected a number of 1 or more"
        );
        Check(_webhook, text => WebHook.IsAllowed(text), _ => "--webhook: expected an https:// URL");
        Check(_alertWebhook, text => WebHook.IsAllowed(text), _ => "--alert-webhook: expected an https:// URL");
        command.Validators.Add(result =>
        {
            if (Combinations.Refusal(result) is { } refusal)
            {
                result.AddError(refusal);
            }
        });
        foreach (
            Option option in (Option[])
                [
                    _vmids,
                    _tags,
                    _roles,
                    _statuses,
                    _all,
                    _cluster,
                    _boots,
                    _wide,
                    _json,
                    _threshold,
                    _exitCode,
                    _watch,
                    _interval,
                    _webhook,
                    _alertWebhook,
                    _fleetConfig,
                    _logPath,
                    _notify,
                    _testAlert,
                    _nagios,
                    _textfile,
                    _html,
                ]
        )
        {
            command.Options.Add(option);
        }
    }

    private static void Check(Option option, Func<string, bool> isGood, Func<string, string> message) =>
        option.Validators.Add(result => Check(result, isGood, message));

    private static void Check(SymbolResult result, Func<string, bool> isGood, Func<string, string> message)
    {
        foreach (Token token in result.Tokens.Where(token => !isGood(token.Value)))
        {
            result.AddError(message(token.Value));
        }
    }

    private MonitorSettings Settings(ParseResult result, ProgramOptions options) =>
        new()
        {
            Root = options.Root(result),
            Fleet = new(options.FleetPath(result, result.GetValue(_fleetConfig))),
            Filter = new()
            {
                Vmids = [.. result.GetValue(_named) ?? [], .. result.GetValue(_vmids) ?? []],
                Tags = result.GetValue(_tags) ?? [],
                Roles = result.GetValue(_roles) ?? [],
                Statuses = [.. (result.GetValue(_statuses) ?? []).Select(HealthStatuses.Parse).OfType<HealthStatus>()],
                All = result.GetValue(_all),
            },
            Boots = result.GetValue(_boots),
            Cluster = result.GetValue(_cluster),
            Threshold = result.GetValue(_threshold),
            Wide = result.GetValue(_wide),
            Json = result.GetValue(_json),
            ExitCode = result.GetValue(_exitCode),
            Watch = result.GetValue(_watch),
            Interval = result.GetValue(_interval),
            Webhook = (result.GetValue(_webhook) ?? result.GetValue(_alertWebhook)) is { } url ? new Uri(url) : null,
            Notify = result.GetValue(_notify),
            TestAlert = result.GetValue(_testAlert),
            Nagios = result.GetValue(_nagios),
            Textfile = result.GetValue(_textfile),
            Html = result.GetValue(_html),
        };
}
