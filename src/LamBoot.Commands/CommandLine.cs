using System.CommandLine;
using LamBoot.Commands.Attach;
using LamBoot.Commands.Boot;
using LamBoot.Commands.Check;
using LamBoot.Commands.Crash;
using LamBoot.Commands.History;
using LamBoot.Commands.Inspect;
using LamBoot.Commands.List;
using LamBoot.Commands.Rescue;
using LamBoot.Commands.SecureBoot;
using LamBoot.Fleet;
using LamBoot.Fleet.Text;
using LamBoot.Pve.Config;

namespace LamBoot.Commands;

/// <summary>The command line of everything except the phases.</summary>
internal static class CommandLine
{
    public static int Run(string[] args)
    {
        RootCommand command = new(
            """
            Give Proxmox VE VMs their LamBoot identity and read their boot health.

            As a hookscript: lamboot-hook VMID PHASE, where PHASE is pre-start, post-start, pre-stop or post-stop.
            To see a command's options: lamboot-hook help COMMAND
            """
        );
        ProgramOptions options = new(command, "lamboot-hook");
        Argument<string> vmid = HiddenArgument("VMID");
        Argument<string> phase = HiddenArgument("PHASE");
        command.Arguments.Add(vmid);
        command.Arguments.Add(phase);
        command.Validators.Add(result =>
        {
            string[] names = [.. command.Subcommands.Select(subcommand => subcommand.Name)];
            result.AddError(WhyNoCommand(result.GetValue(vmid), result.GetValue(phase), names));
        });
        command.SetAction(_ => 0);
        command.Subcommands.Add(InspectCommand.Create(options));
        command.Subcommands.Add(HistoryCommand.Create(options));
        command.Subcommands.Add(CrashCommand.Create(options));
        command.Subcommands.Add(ListCommand.Create(options));
        command.Subcommands.Add(AttachCommand.Create(options));
        command.Subcommands.Add(DetachCommand.Create(options));
        command.Subcommands.Add(CheckCommand.Create(options));
        command.Subcommands.Add(SecureBootCommand.Create(options));
        command.Subcommands.Add(EnrollCommand.Create(options));
        command.Subcommands.Add(ApplyCommand.Create(options));
        command.Subcommands.Add(RestoreCommand.Create(options));
        command.Subcommands.Add(ResetCommand.Create(options));
        command.Subcommands.Add(RescueCommand.Create(options));
        command.Subcommands.Add(BootCommand.Create(options));
        return ProgramBoundary.Run(command, "lamboot-hook", args);
    }

    /// <summary>What is wrong with a command line without a command. Phases run by Proxmox VE never get here.</summary>
    private static string WhyNoCommand(string? first, string? second, string[] names) =>
        first is null ? "expected a command, or VMID and PHASE"
        : !Vmid.TryParse(first, out int vmid) ? UnknownCommand(first, second, names)
        : second is null ? $"missing phase after VMID {vmid}; did you mean 'lamboot-hook inspect {vmid}'?"
        : DidYouMean.Error("unknown phase", second, PhaseName.All);

    private static string UnknownCommand(string word, string? second, string[] names)
    {
        string suffix = DidYouMean.Suffix(word, [.. names, "help"]);
        bool isPhaseFirst = Vmid.TryParse(second ?? "", out int vmid) && suffix.Length == 0;
        return isPhaseFirst && DidYouMean.Nearest(word, PhaseName.All) is { } phase
            ? $"unknown command '{word}'; did you mean 'lamboot-hook {vmid} {phase}'?"
            : $"unknown command '{word}'{suffix}";
    }

    // Not for users: they would appear in the usage of every command.
    private static Argument<string> HiddenArgument(string name) =>
        new(name) { Arity = ArgumentArity.ZeroOrOne, Hidden = true };
}
