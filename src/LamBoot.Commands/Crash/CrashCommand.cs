using System.CommandLine;
using LamBoot.Commands.Selection;
using LamBoot.Fleet.Crashes;
using LamBoot.Linux.Processes;
using LamBoot.Linux.Terminal;

namespace LamBoot.Commands.Crash;

/// <summary><c>lamboot-hook crash VMID</c> and <c>crash --vars FILE</c>: what a guest's kernel reported when it crashed.</summary>
internal static class CrashCommand
{
    public static Command Create(ProgramOptions options)
    {
        Command command = new(
            "crash",
            """
            Show what a guest's kernel logged when it crashed: the newest record, in full. The host keeps what the guest clears.

            Example: lamboot-hook crash 100
            """
        );
        VmOrImage what = new(command);
        Option<bool> list = new("--list") { Description = "List the crashes, one per line, newest first" };
        Option<bool> json = ProgramOptions.Json();
        command.Options.Add(list);
        command.Options.Add(json);
        command.SetAction(result =>
        {
            string name = what.Path(result) ?? $"VM {what.Vmid(result)}";
            CrashReader reader = new(options.Root(result), options.Fleet(result));
            IReadOnlyList<KeptCrash> crashes = BoundedCall.Run(
                name,
                () => what.Vmid(result) is { } vmid ? reader.OfVm(vmid) : CrashReader.OfImage(what.Path(result)!)
            );
            if (result.GetValue(json))
            {
                StandardIo.Output.Write(CrashJson.Write(crashes));
            }
            else
            {
                StandardIo.Output.WriteLines(CrashText.Lines(crashes, name, result.GetValue(list)));
            }

            return 0;
        });
        return command;
    }
}
