using System.CommandLine;
using LamBoot.Commands.Selection;
using LamBoot.Fleet.Config;
using LamBoot.Linux;

namespace LamBoot.Commands.Attach;

/// <summary><c>lamboot-hook detach</c>: removes the hookscript and the args item.</summary>
internal static class DetachCommand
{
    public static Command Create(ProgramOptions options)
    {
        Command command = new(
            "detach",
            """
            Remove the hookscript and LamBoot Hook's entry in args; everything else in args stays.

            Example: lamboot-hook detach --all --dry-run
            """
        );
        VmSelection selection = new(command);
        Option<bool> dryRun = ProgramOptions.DryRun();
        command.Options.Add(dryRun);
        command.SetAction(result =>
        {
            HostRoot root = options.Root(result);
            FleetConfig fleet = options.Fleet(result).Config;
            VmChanger changer = new(root, result.GetValue(dryRun));
            IReadOnlyList<int> vmids = selection.Vmids(result, root, fleet);
            return changer.Run(vmids, new Detachment(root, fleet), selection.IsByName(result));
        });
        return command;
    }
}
