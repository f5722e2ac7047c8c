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
        Description = "Only these VMs, like --vmid",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private readonly Option<string[]> _tags = new("--tag")
    {
        Description = "Only VMs with this Proxmox tag (repeatable)",
        HelpName = "TAG",
    };

    private readonly Option<string[]> _roles = new("--role")
    {
        Description = "Only VMs with this role (repeatable)",
        HelpName = "ROLE",
    };

    private readonly Option<string[]> _statuses = new("--status")
    {
        Description = "Only VMs with this status: critical, warning, unknown or healthy (repeatable)",
        HelpName = "STATUS",
    };

    private readonly Option<bool> _all = new("--all") { Description = "Also show VMs without LamBoot" };

    private readonly Option<bool> _cluster = new("--cluster")
    {
        Description =
            "Also ask the cluster's other nodes over ssh (at most 10 s each); a node that does not answer gets a row of its own",
    };

    private readonly Option<bool> _boots = new(ClusterSurvey.BootsOption) { Hidden = true };

    private readonly Option<bool> _wide = new("--wide")
    {
        Description = "Show all columns, with times instead of ages (a narrow terminal shows only the important ones)",
    };

    private readonly Option<bool> _json = new("--json")
    {
        Description =
            "Output JSON (null if the VMs cannot be listed); with --watch, one record per line for each change",
    };

    private readonly Option<int?> _threshold = new("--threshold")
    {
        Description = "Unconfirmed boots in a row that make a crash loop (default: crash_threshold in fleet.toml)",
        HelpName = "N",
    };

    private readonly Option<bool> _exitCode = new("--exit-code")
    {
        Description = "Exit with the worst status of the VMs selected: 0 healthy, 1 warning, 2 critical, 3 unknown",
    };

    private readonly Option<bool> _watch = new("--watch")
    {
        Description = "Keep running: refresh the screen, or print changes when not on a terminal",
    };

    private readonly Option<int?> _interval = new("--interval")
    {
        Description = "Seconds between surveys (default: poll_interval_seconds in fleet.toml)",
        HelpName = "S",
    };

    private readonly Option<string> _webhook = new("--webhook")
    {
        Description =
            "POST to this https:// URL when a VM becomes critical or recovers; better set in fleet.toml, since ps shows it",
        HelpName = "URL",
    };

    // Upstream's lamboot-pve-monitor uses this name; kept for existing timers.
    private readonly Option<string> _alertWebhook = new("--alert-webhook") { HelpName = "URL", Hidden = true };
    private readonly Option<string> _fleetConfig = new("--fleet-config") { HelpName = "FILE", Hidden = true };
    private readonly Option<string> _logPath = new("--log-path") { HelpName = "FILE", Hidden = true }; // like upstream's; has no effect

    private readonly Option<bool> _notify = new("--notify")
    {
        Description =
            "Send the alerts configured in fleet.toml (mail_to, alert_webhook, run), as --watch does; for a timer",
    };

    private readonly Option<bool> _testAlert = new("--test-alert")
    {
        Description = "Only send a test alert in each way configured in fleet.toml, and report the results",
    };

    private readonly Option<bool> _nagios = new("--nagios")
    {
        Description = "Print one line as a Nagios plugin does, and exit as with --exit-code",
    };

    private readonly Option<string> _textfile = new("--textfile")
    {
        Description =
            "Write metrics for node_exporter's textfile collector to FILE instead of the table; - for standard output, auto for lamboot.prom in its directory",
        HelpName = "FILE",
    };

    private readonly Option<string> _html = new("--html")
    {
        Description = "Write an HTML status page to FILE instead of the table; - for standard output",
        HelpName = "FILE",
    };

    /// <summary>Parses the command line and runs what it requests.</summary>
    public static int Run(string[] args, Func<MonitorSettings, int> run)
    {
        RootCommand command = new(
            """
            Show the boot health of this node's VMs, without an agent in the guest.

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
            text =>
                DidYouMean.Error("invalid status", text, [.. HealthStatuses.WorstFirst.Select(status => status.Word())])
        );
        Check(
            _interval,
            text => int.TryParse(text, out int s) && s > 0,
            _ => "--interval: expected a number of seconds, 1 or more"
        );
        Check(
            _threshold,
            text => int.TryParse(text, out int n) && n > 0,
            _ => "--threshold: expected a number, 1 or more"
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
