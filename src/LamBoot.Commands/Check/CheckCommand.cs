using System.CommandLine;
using LamBoot.Commands.Check;
using LamBoot.Fleet;
using LamBoot.Pve;

namespace LamBoot.Commands;

/// <summary><c>lamboot-hook check</c>: validates fleet.toml, the host and every attached VM. It changes nothing.</summary>
internal static class CheckCommand
{
    public static Command Create(ProgramOptions options)
    {
        Command command = new(
            "check",
            """
            Validates fleet.toml, this host and every attached VM; exits with 1 where there are errors.

            Example: lamboot-hook check --json
            """
        );
        Option<bool> json = ProgramOptions.Json();
        command.Options.Add(json);
        command.SetAction(result =>
        {
            IReadOnlyList<Finding> findings = Findings(options.Root(result), options.FleetPath(result));
            Print(findings, result.GetValue(json));
            return findings.Any(finding => finding.Severity == FindingCatalogue.Error) ? 1 : 0;
        });
        return command;
    }

    private static List<Finding> Findings(HostRoot root, string fleetPath)
    {
        FleetToml fleet = FleetToml.Read(fleetPath);
        List<AttachedVm> vms = AttachedVm.All(root, out List<Finding> unreadable);
        return
        [
            .. FleetChecks.Run(root, fleet, fleetPath),
            .. HostChecks.Run(root, fleet.Config, vms),
            .. SnippetChecks.Run(root, vms),
            .. unreadable,
            .. vms.SelectMany(vm => new VmChecks(root, fleet, vm).Run()),
            .. unreadable.Count > 0 ? [] : HostChecks.StrayDocuments(root, fleet.Config, vms), // it may name any
        ];
    }

    private static void Print(IReadOnlyList<Finding> findings, bool json)
    {
        if (json)
        {
            StandardIo.Output.Write(ReportJson.Write(findings, ReportJson.Default.IReadOnlyListFinding));
            return;
        }

        foreach (Finding finding in findings)
        {
            string vm = finding.Vmid is { } vmid ? $"VM {vmid}: " : "";
            StandardIo.Output.WriteLine(
                SafeText.EscapeLine($"{finding.Severity} {finding.Id}: {vm}{finding.Message}; {finding.Mend}")
            );
        }

        int errors = findings.Count(finding => finding.Severity == FindingCatalogue.Error);
        StandardIo.Output.WriteLine(
            findings.Count == 0 ? "no finding" : $"{errors} errors, {findings.Count - errors} warnings"
        );
    }
}
