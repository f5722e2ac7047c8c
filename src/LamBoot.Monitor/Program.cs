using System.CommandLine;
using LamBoot.Fleet;
using LamBoot.Pve;

namespace LamBoot.Monitor;

/// <summary><c>lamboot-pve-monitor</c>: the boot health of the node's VMs, from their variable stores.</summary>
internal static class Program
{
    private static int Main(string[] args)
    {
        RootCommand command = new("Shows the boot health of this node's VMs, without an agent in the guest.");
        ProgramOptions options = new(command, "lamboot-pve-monitor");
        Option<int[]> vmids = new("--vmid") { Description = "This VM alone; may be given again", HelpName = "N" };
        Option<bool> json = ProgramOptions.Json();
        Option<int?> threshold = new("--threshold")
        {
            Description = "Booting with this many crashes is critical; default: fleet.toml's crash_threshold",
            HelpName = "N",
        };
        Option<bool> exitCode = new("--exit-code")
        {
            Description = "Exit with 0 healthy, 1 warning, 2 critical, 3 unknown: the worst of the VMs shown",
        };
        vmids.Validators.Add(result =>
        {
            foreach (
                string token in result.Tokens.Select(token => token.Value).Where(text => !Vmid.TryParse(text, out _))
            )
            {
                result.AddError($"'{token}' is no VMID: expected {Vmid.Minimum} to {Vmid.Maximum}");
            }
        });
        command.Options.Add(vmids);
        command.Options.Add(json);
        command.Options.Add(threshold);
        command.Options.Add(exitCode);
        command.SetAction(result =>
        {
            Survey survey = new(options.Root(result), options.Fleet(result), result.GetValue(threshold));
            survey.Read(result.GetValue(vmids) ?? []);
            Print(survey, result.GetValue(json));
            return result.GetValue(exitCode) ? survey.ExitCode : 0;
        });
        return options.Run(command, args);
    }

    private static void Print(Survey survey, bool json)
    {
        if (json)
        {
            StandardIo.Output.Write(
                FleetJson.Write(survey.Records, FleetJson.Default.IReadOnlyListHealthRecord, indented: true)
            );
            return;
        }

        StandardIo.Output.WriteLines(SurveyText.Lines(survey));
    }
}
