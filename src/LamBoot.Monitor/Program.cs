using LamBoot.Fleet.Config;
using LamBoot.Fleet.Text;
using LamBoot.Linux;
using LamBoot.Linux.Terminal;
using LamBoot.Monitor.Alerts;
using LamBoot.Monitor.Output;
using LamBoot.Monitor.Survey;
using LamBoot.Monitor.Watch;
using LamBoot.Pve.Config;

namespace LamBoot.Monitor;

/// <summary><c>lamboot-pve-monitor</c>: the boot health of the node's VMs, from their variable stores.</summary>
internal static class Program
{
    private const int Success = 0;
    private const int Failure = 1;
    private const int Unknown = 3;

    private static int Main(string[] args) =>
        CommandLine.Run(args, settings => settings.Watch ? Watch(settings) : Once(settings));

    /// <summary>A line on standard error. It never holds the web hook's URL.</summary>
    public static void Complain(string text) =>
        StandardIo.Error.WriteLine($"lamboot-pve-monitor: {SafeText.EscapeLine(text)}");

    /// <summary>Why something failed: in the host's words, or in the runtime's for what none of us expected.</summary>
    public static string Reason(Exception e) =>
        e switch
        {
            HostException => e.Message,
            OutOfMemoryException => "out of memory",
            _ => $"{e.GetType().Name}: {e.Message}",
        };

    private static int Watch(MonitorSettings settings)
    {
        using FleetWatch watch = new(settings);
        return watch.Run();
    }

    private static int Once(MonitorSettings settings)
    {
        FleetToml fleet = settings.Fleet.Read();
        Reports reports = new(settings);
        if (Read(settings, fleet) is not { } result)
        {
            reports.WriteDown();
            StandardIo.Output.Write(settings.Json ? "null\n" : "");
            return settings.ExitCode ? Unknown : Failure;
        }

        bool isDone = reports.Write(result, fleet);
        Show(settings, result);
        isDone &= Tell(settings, fleet, result);
        isDone &= IsEachThere(settings, result) && IsWritten();
        isDone &= !settings.Notify || fleet.Errors.Count == 0; // it may say who is to be told
        int worst = settings.ExitCode ? result.ExitCode : Success;
        return isDone || worst != Success ? worst
            : settings.ExitCode ? Unknown
            : Failure;
    }

    private static bool IsWritten()
    {
        if (StandardIo.Output.HasFailed && !StandardIo.Output.IsBroken)
        {
            Complain("cannot write to standard output: it is closed or full");
        }

        return !StandardIo.Output.HasFailed;
    }

    private static SurveyResult? Read(MonitorSettings settings, FleetToml fleet)
    {
        using Progress progress = new();
        try
        {
            return new FleetSurvey(settings.Root, settings.Filter, settings.Threshold).Read(fleet, progress.Show);
        }
        catch (HostException e)
        {
            Complain(e.Message);
            return null;
        }
    }

    private static void Show(MonitorSettings settings, SurveyResult result)
    {
        if (settings.Json)
        {
            StandardIo.Output.Write(FleetJson.WriteList(result.Listed.Select(vm => vm.Record)));
        }
        else if (settings.Textfile is null && settings.Html is null)
        {
            StandardIo.Output.WriteLines(
                SurveyText.Lines(result, StandardIo.Output.TerminalSize?.Columns, Terminal.HasColours)
            );
        }
    }

    /// <summary>Tells the web hook, where this look is one that does.</summary>
    /// <returns>Whether nothing is left to tell.</returns>
    private static bool Tell(MonitorSettings settings, FleetToml fleet, SurveyResult result)
    {
        if (!settings.Notifies)
        {
            return true;
        }

        try
        {
            using WebHook? hook = WebHook.Create(settings, fleet);
            return hook?.TellNow(result, settings.IntervalOf(fleet)) != false;
        }
        catch (HostException e)
        {
            Complain(e.Message);
            return false;
        }
    }

    /// <summary>Says which of the VMs asked for are not on this node.</summary>
    private static bool IsEachThere(MonitorSettings settings, SurveyResult result)
    {
        foreach (int vmid in result.Missing)
        {
            Complain(
                VmConfigFile.IsContainer(settings.Root, vmid)
                    ? $"{vmid} is a container: it has no UEFI firmware"
                    : $"there is no VM {vmid} on this node; qm list shows those that are"
            );
        }

        return result.Missing.Count == 0;
    }
}
