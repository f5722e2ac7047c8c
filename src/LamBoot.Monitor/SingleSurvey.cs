using LamBoot.Fleet.Config;
using LamBoot.Linux;
using LamBoot.Linux.Terminal;
using LamBoot.Monitor.Alerts;
using LamBoot.Monitor.Nodes;
using LamBoot.Monitor.Output;
using LamBoot.Monitor.Settings;
using LamBoot.Monitor.Survey;
using LamBoot.Monitor.Watch;
using LamBoot.Pve.Config;

namespace LamBoot.Monitor;

/// <summary>Without <c>--watch</c>: a single survey with its outputs.</summary>
internal static class SingleSurvey
{
    /// <summary>Reads, shows, writes and notifies according to the command line.</summary>
    /// <returns>The exit code.</returns>
    public static int Run(MonitorSettings settings)
    {
        FleetToml fleet = settings.Fleet.Read();
        Reports reports = new(settings);
        SurveyResult? result = Read(settings, fleet, out string? failure);
        if (result is null)
        {
            reports.WriteDown();
            StandardIo.Output.Write(settings.Json ? "null\n" : "");
            int unknown = ExitCode.Of(result, settings.SaysHealth, isDone: false);
            ShowNagios(settings, () => NagiosLine.OfFailure(failure!, unknown));
            return unknown;
        }

        bool isDone = reports.Write(result, fleet);
        Show(settings, fleet, result);
        isDone &= Notify(settings, fleet, result);
        isDone &= IsEachThere(settings, result) && IsWritten();
        isDone &= !settings.Notify || fleet.Errors.Count == 0; // it may say whom to notify
        int exitCode = ExitCode.Of(result, settings.SaysHealth, isDone);
        ShowNagios(settings, () => NagiosLine.Of(result, exitCode));
        return exitCode;
    }

    private static void ShowNagios(MonitorSettings settings, Func<string> line)
    {
        if (settings.Nagios)
        {
            StandardIo.Output.WriteLine(line());
        }
    }

    private static bool IsWritten()
    {
        if (StandardIo.Output.HasFailed && !StandardIo.Output.IsBroken)
        {
            ErrorLog.Write("cannot write to standard output: it is closed or full");
        }

        return !StandardIo.Output.HasFailed;
    }

    private static SurveyResult? Read(MonitorSettings settings, FleetToml fleet, out string? failure)
    {
        using Progress progress = new();
        failure = null;
        try
        {
            return ClusterSurvey.Reader(settings)(fleet, progress.Show);
        }
        catch (HostException e)
        {
            ErrorLog.Write(failure = e.Message);
            return null;
        }
    }

    private static void Show(MonitorSettings settings, FleetToml fleet, SurveyResult result)
    {
        if (settings.Json)
        {
            StandardIo.Output.Write(
                SurveyJson.Of(
                    result,
                    settings.Boots ? LoggedRecords.Read(settings.Root.Resolve(fleet.Config.LogPath)) : null
                )
            );
        }
        else if (settings.HasTable)
        {
            StandardIo.Output.WriteLines(
                SurveyText.Lines(result, StandardIo.Output.TerminalSize?.Columns, Terminal.HasColours, settings.Wide)
            );
        }
    }

    /// <summary>Notifies receivers of changes, if this run is one that does.</summary>
    /// <returns>Whether nothing is left to deliver.</returns>
    private static bool Notify(MonitorSettings settings, FleetToml fleet, SurveyResult result)
    {
        if (!settings.Notifies)
        {
            return true;
        }

        using AlertSenders alerts = new(settings);
        string? fault = alerts.Renew(fleet);
        if (fault is not null)
        {
            ErrorLog.Write(fault);
        }

        return alerts.NotifyNow(result, settings.IntervalOf(fleet)) && fault is null;
    }

    /// <summary>Reports requested VMs that are not on this node, or not on any node that answered.</summary>
    private static bool IsEachThere(MonitorSettings settings, SurveyResult result)
    {
        foreach (int vmid in result.Missing)
        {
            ErrorLog.Write(
                VmConfigFile.IsContainer(settings.Root, vmid) ? $"{vmid} is a container: it has no UEFI firmware"
                : settings.Cluster ? $"no VM {vmid} on the nodes that answered"
                : $"no VM {vmid} on this node; qm list shows the VMs here"
            );
        }

        if (result.IsNoneSelected && !settings.Nagios)
        {
            ErrorLog.Write(SurveyResult.NoneSelected);
        }

        return result.Missing.Count == 0;
    }
}
