using System.CommandLine;
using LamBoot.Commands.Selection;
using LamBoot.Fleet.Config;
using LamBoot.Linux;

namespace LamBoot.Commands.Rescue;

/// <summary><c>lamboot-hook reset</c>: resets LamBoot's state and crash count in stopped VMs to those after installation.</summary>
internal static class ResetCommand
{
    public static Command Create(ProgramOptions options)
    {
        Command command = new(
            "reset",
            """
            Reset LamBoot's state in stopped VMs to Fresh and its crash count to 0.

            Example: lamboot-hook reset 101 --start
            """
        );
        VmSelection selection = new(command, withAll: false);
        Option<bool> crash = new("--crash")
        {
            Description = "Also clear the guests' crash records, once the host has saved them",
        };
        command.Options.Add(crash);
        ChangeOptions change = new(command);
        command.SetAction(result =>
        {
            HostRoot root = options.Root(result);
            FleetConfig fleet = options.Fleet(result).Config;
            bool clearsCrashes = result.GetValue(crash);
            StoreChanger changer = change.Changer(result, options);
            IReadOnlyList<int> vmids = selection.Vmids(result, root, fleet);
            bool areNamed = selection.IsByName(result);
            return changer.Run(vmids, areNamed, (writer, _) => LoaderState.Reset(writer, clearsCrashes, areNamed));
        });
        return command;
    }
}
