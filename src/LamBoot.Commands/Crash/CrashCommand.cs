using System.CommandLine;
using LamBoot.Fleet.Crashes;
using LamBoot.Linux.Processes;
using LamBoot.Linux.Terminal;

namespace LamBoot.Commands.Crash;

/// <summary><c>lamboot-hook crash VMID</c> and <c>crash --vars FILE</c>: what a guest's kernel said when it crashed.</summary>
internal static class CrashCommand
{
    public static Command Create(ProgramOptions options)
    {
        Command command = new(
            "crash",
            """
            Shows what a guest's kernel said when it crashed: the newest record, whole. Those that the guest has cleared are shown as the
            host keeps them.

            Example: lamboot-hook crash 100
            """
        );
        Argument<int> vmid = ProgramOptions.Vmid(ArgumentArity.ZeroOrOne);
        Option<string> vars = new("--vars")
        {
            Description = "An OVMF_VARS image to read alone, raw or qcow2",
            HelpName = "FILE",
        };
        Option<bool> list = new("--list") { Description = "A line for each crash instead, the newest first" };
        Option<bool> json = ProgramOptions.Json();
        command.Arguments.Add(vmid);
        command.Options.Add(vars);
        command.Options.Add(list);
        command.Options.Add(json);
        command.Validators.Add(result =>
        {
            bool hasVmid = result.GetResult(vmid) is { Tokens.Count: > 0 };
            if (hasVmid == result.GetResult(vars) is not null)
            {
                result.AddError("expected a VMID, or --vars FILE");
            }
        });
        command.SetAction(result =>
        {
            string? path = result.GetValue(vars);
            int number = result.GetValue(vmid);
            CrashReader reader = new(options.Root(result), options.Fleet(result));
            IReadOnlyList<KeptCrash> crashes = BoundedCall.Run(
                path ?? $"VM {number}",
                () => path is null ? reader.OfVm(number) : CrashReader.OfImage(path)
            );
            if (result.GetValue(json))
            {
                StandardIo.Output.Write(CrashJson.Write(crashes));
            }
            else
            {
                string what = path is null ? $"VM {number}" : path;
                StandardIo.Output.WriteLines(CrashText.Lines(crashes, what, result.GetValue(list)));
            }

            return 0;
        });
        return command;
    }
}
