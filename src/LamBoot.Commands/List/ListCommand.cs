using System.CommandLine;
using LamBoot.Commands.Selection;
using LamBoot.Fleet.Config;
using LamBoot.Linux;
using LamBoot.Linux.Terminal;

namespace LamBoot.Commands.List;

/// <summary><c>lamboot-hook list</c>: all VMs on the node, with what each has of LamBoot. It changes nothing.</summary>
internal static class ListCommand
{
    public static Command Create(ProgramOptions options)
    {
        Command command = new(
            "list",
            """
            List this node's VMs: whether attached, their identity, and their last verdict in the health log.

            Example: lamboot-hook list --tag web
            """
        );
        VmSelection selection = new(command, withAll: false, allByDefault: true);
        Option<bool> wide = ProgramOptions.Wide();
        Option<bool> json = ProgramOptions.Json();
        command.Options.Add(wide);
        command.Options.Add(json);
        command.SetAction(result =>
        {
            HostRoot root = options.Root(result);
            FleetToml fleet = options.Fleet(result);
            IReadOnlyList<int> vmids = selection.Vmids(result, root, fleet.Config);
            VmLister lister = new(root, fleet);
            IReadOnlyList<ListedVm> vms = lister.List([.. FoundVm.Of(root, vmids, selection.IsByName(result))]);
            IReadOnlyList<ListedVm> containers = selection.IsEvery(result) ? lister.Containers() : [];
            if (result.GetValue(json))
            {
                StandardIo.Output.Write(ListJson.Write([.. vms, .. containers]));
            }
            else
            {
                int? width = result.GetValue(wide) ? null : StandardIo.Output.TerminalSize?.Columns;
                ListTable table = new(width, width is null ? null : DateTimeOffset.UtcNow);
                StandardIo.Output.WriteLines(table.Lines(vms, containers.Count));
            }

            if (vms.Count == 0 && selection.IsByTag(result))
            {
                ErrorLog.Write(selection.WhyNone(result));
            }

            return vms.Any(vm => vm.Fault is not null) ? 1 : 0;
        });
        return command;
    }
}
