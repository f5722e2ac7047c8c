using LamBoot.Fleet;
using LamBoot.Pve;

namespace LamBoot.Monitor;

/// <summary><c>lamboot-pve-monitor</c>: the boot health of the node's VMs, from their variable stores.</summary>
internal static class Program
{
    private static int Main(string[] args) =>
        CommandLine.Run(args, settings => settings.Watch ? Watch(settings) : Once(settings));

    /// <summary>A line on standard error. It never holds the web hook's URL.</summary>
    public static void Complain(string text) =>
        StandardIo.Error.WriteLine($"lamboot-pve-monitor: {SafeText.EscapeLine(text)}");

    private static int Watch(MonitorSettings settings)
    {
        using FleetWatch watch = new(settings);
        return watch.Run();
    }

    private static int Once(MonitorSettings settings)
    {
        FleetToml fleet = settings.Fleet.Read();
        Survey survey = new(settings.Root, settings.Filter, settings.Threshold);
        using Progress progress = new();
        SurveyResult result = survey.Read(fleet, progress.Show);
        progress.Dispose();
        new Reports(settings).Write(result, fleet);
        if (settings.Json)
        {
            IReadOnlyList<HealthRecord> records = [.. result.Listed.Select(vm => vm.Record)];
            StandardIo.Output.Write(FleetJson.WriteList(records));
        }
        else if (settings.Textfile is null && settings.Html is null)
        {
            StandardIo.Output.WriteLines(
                SurveyText.Lines(result, StandardIo.Output.TerminalSize?.Columns, Terminal.HasColours)
            );
        }

        bool isTold = WebHook.Create(settings, fleet) is not { } hook || hook.TellNow(result);
        return settings.ExitCode ? result.ExitCode
            : isTold ? 0
            : 1;
    }
}
