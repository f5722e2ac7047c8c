using System.CommandLine;
using LamBoot.Commands.Selection;
using LamBoot.Fleet.Config;
using LamBoot.Fleet.Health;
using LamBoot.Fleet.SecureBoot;
using LamBoot.Fleet.Text;
using LamBoot.Linux;
using LamBoot.Linux.Terminal;
using LamBoot.Pve.Config;

namespace LamBoot.Commands.SecureBoot;

/// <summary><c>lamboot-hook secureboot</c>: the Secure Boot state of VMs, and the commands that fix it. It changes nothing.</summary>
internal static class SecureBootCommand
{
    public static Command Create(ProgramOptions options)
    {
        Command command = new(
            "secureboot",
            """
            Show VMs' Secure Boot state, read from their own variable stores, and how to fix it (default: all VMs on this node).

            Example: lamboot-hook secureboot --tag web
            """
        );
        VmSelection selection = new(command, allByDefault: true);
        Option<bool> wide = ProgramOptions.Wide();
        Option<bool> json = ProgramOptions.Json();
        command.Options.Add(wide);
        command.Options.Add(json);
        command.SetAction(result =>
        {
            HostRoot root = options.Root(result);
            FleetToml fleet = options.Fleet(result);
            StoreReads reads = new(root, fleet);
            bool areNamed = selection.IsByName(result);
            List<VmSecureBootReport> reports =
            [
                .. FoundVm
                    .Of(root, selection.Vmids(result, root, fleet.Config), areNamed)
                    .Select(vm => Report(vm, reads)),
            ];
            if (result.GetValue(json))
            {
                StandardIo.Output.Write(SecureBootJson.Write(reports));
            }
            else
            {
                int? width = result.GetValue(wide) ? null : StandardIo.Output.TerminalSize?.Columns;
                StandardIo.Output.WriteLines(SecureBootTable.Lines(reports, selection.WhyNone(result), width));
            }

            return reports.Exists(report => report.Facts is null) ? 1 : 0;
        });
        return command;
    }

    private static VmSecureBootReport Report(FoundVm vm, StoreReads reads)
    {
        if (vm.Config is not { } config)
        {
            return new(vm.Vmid, null, new(SecureBootKind.Unreadable, SafeText.Escape(vm.Fault!), null));
        }

        SecureBootFacts facts = Facts(vm.Vmid, config, reads);
        return new(vm.Vmid, config.Name, SecureBootVerdict.Of(facts)) { Facts = facts };
    }

    private static SecureBootFacts Facts(int vmid, VmConfig config, StoreReads reads)
    {
        HealthRecord read = reads.Read(vmid, config, out HealthProbe probe);
        return VmSecureBoot.Facts(vmid, config, read, StoreReads.ImageOf(read, probe));
    }
}
