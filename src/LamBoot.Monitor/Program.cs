using LamBoot.Monitor.Alerts;
using LamBoot.Monitor.Settings;
using LamBoot.Monitor.Watch;

namespace LamBoot.Monitor;

/// <summary><c>lamboot-pve-monitor</c>: the boot health of the node's VMs, read from their variable stores.</summary>
internal static class Program
{
    private static int Main(string[] args) =>
        CommandLine.Run(
            args,
            settings =>
                settings.TestAlert ? TestAlert.Run(settings)
                : settings.Watch ? Watch(settings)
                : SingleSurvey.Run(settings)
        );

    private static int Watch(MonitorSettings settings)
    {
        using FleetWatch watch = new(settings);
        return watch.Run();
    }
}
