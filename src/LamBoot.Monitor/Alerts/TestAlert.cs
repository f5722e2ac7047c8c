using LamBoot.Fleet.Config;
using LamBoot.Fleet.Health;
using LamBoot.Fleet.Text;
using LamBoot.Linux.Terminal;
using LamBoot.Monitor.Alerts.Kinds;
using LamBoot.Monitor.Settings;
using LamBoot.Monitor.Survey;
using LamBoot.Pve.Config;

namespace LamBoot.Monitor.Alerts;

/// <summary><c>--test-alert</c>: sends one alert of each configured kind, so that an administrator sees it arrive before one matters.</summary>
internal static class TestAlert
{
    private static readonly TimeSpan ValidFor = TimeSpan.FromMinutes(1);

    /// <summary>Sends the alerts and reports the results.</summary>
    /// <returns>The exit code.</returns>
    public static int Run(MonitorSettings settings)
    {
        FleetToml fleet = settings.Fleet.Read();
        Alert alert = Make(Node.Name(settings.Root));
        bool isDone = fleet.Errors.Count == 0;
        List<IAlertKind> kinds = AlertKinds.Of(settings with { Notify = true }, fleet, out string? fault);
        if (fault is not null)
        {
            ErrorLog.Write(fault);
        }
        else if (kinds.Count == 0)
        {
            ErrorLog.Write(
                "no alerts configured: set mail_to, alert_webhook or run in [monitor] of fleet.toml, see fleet.toml(5)"
            );
        }

        foreach (IAlertKind kind in kinds)
        {
            isDone &= Send(kind, alert);
        }

        return isDone && fault is null && kinds.Count > 0 && !StandardIo.Output.HasFailed ? 0 : 1;
    }

    private static bool Send(IAlertKind kind, Alert alert)
    {
        using (kind)
        {
            if (kind.Send([alert], ValidFor) is not { } failure)
            {
                StandardIo.Output.WriteLine($"{kind.Name}: {kind.Delivered}");
                return true;
            }

            ErrorLog.Write($"{kind.Name}: {failure.Reason}");
            return false;
        }
    }

    private static Alert Make(string node) =>
        new(
            new HealthRecord
            {
                ObservedAt = UtcText.Format(DateTimeOffset.UtcNow),
                Phase = FleetSurvey.Phase,
                Node = node,
                Reason = "a test alert: nothing is wrong",
            },
            IsCritical: false,
            Uuid: null
        )
        {
            IsTest = true,
        };
}
