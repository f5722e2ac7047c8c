using System.CommandLine;
using LamBoot.Commands.Selection;
using LamBoot.Linux;
using LamBoot.Linux.Processes;
using LamBoot.Linux.Terminal;

namespace LamBoot.Commands.Inspect;

/// <summary><c>lamboot-hook inspect VMID</c> and <c>inspect --vars FILE</c>: one VM, or an image without a VM.</summary>
internal static class InspectCommand
{
    public static Command Create(ProgramOptions options)
    {
        Command command = new(
            "inspect",
            """
            Show a VM's identity and whether its guest gets it, its Secure Boot state and its boot health.

            Example: lamboot-hook inspect 100
            """
        );
        VmOrImage what = new(command);
        Option<bool> all = new("--all") { Description = "Also list every live variable" };
        Option<bool> raw = new("--raw")
        {
            Description = "Also list every entry, including deleted and unfinished ones, with offset and state",
        };
        Option<bool> json = ProgramOptions.Json();
        command.Options.Add(all);
        command.Options.Add(raw);
        command.Options.Add(json);
        Option<string> screen = new("--screen")
        {
            Description = "Only save a screenshot of the running VM's console to FILE (PNG); - for standard output",
            HelpName = "FILE.png",
        };
        command.Options.Add(screen);
        command.Validators.Add(result =>
        {
            bool isOther = result.GetValue(all) || result.GetValue(raw) || result.GetValue(json);
            if (result.GetResult(screen) is not null && (isOther || what.IsImage(result)))
            {
                result.AddError(
                    "--screen only takes a screenshot of a VM's console; leave out --vars, --all, --raw and --json"
                );
            }
        });
        command.SetAction(result =>
        {
            if (result.GetValue(screen) is { } picture)
            {
                return ScreenFile.Write(options.Root(result), what.Vmid(result)!.Value, picture);
            }

            Inspector inspector = new(options.Root(result), options.Fleet(result));
            InspectReport Inspect() =>
                inspector.WithVariables(
                    what.Vmid(result) is { } named
                        ? inspector.InspectVm(named)
                        : inspector.InspectImage(what.Path(result)!),
                    result.GetValue(all),
                    result.GetValue(raw)
                );
            int? number = what.Vmid(result);
            InspectReport report;
            try
            {
                report = BoundedCall.Run(number is null ? what.Path(result)! : $"VM {number}", Inspect);
            }
            catch (HostException e) when (e.Kind == HostErrorKind.Timeout)
            {
                report = inspector.GivenUp(number, e.Message);
            }

            return Print(report, result.GetValue(json));
        });
        return command;
    }

    private static int Print(InspectReport report, bool json)
    {
        if (json)
        {
            StandardIo.Output.Write(InspectJson.Write(report));
        }
        else if (report.Failure is null)
        {
            StandardIo.Output.WriteLines(InspectText.Lines(report, DateTimeOffset.UtcNow));
        }

        // With --json, a script still gets one JSON value, and whoever reads its log gets the line.
        return report.Failure is { } failure ? throw new HostException(failure) : 0;
    }
}
