using System.CommandLine;
using LamBoot.Fleet.Config;
using LamBoot.Fleet.Text;
using LamBoot.Linux;
using LamBoot.Linux.Files;
using LamBoot.Linux.Terminal;
using LamBoot.Pve.Config;

namespace LamBoot.Commands.Check;

/// <summary><c>lamboot-hook check</c>: validates fleet.toml, the host and every attached VM. It changes nothing.</summary>
internal static class CheckCommand
{
    public static Command Create(ProgramOptions options)
    {
        Command command = new(
            "check",
            """
            Check fleet.toml, this host and every attached VM; exit with 1 if there are errors.

            Example: lamboot-hook check --json
            """
        );
        Option<bool> json = ProgramOptions.Json();
        command.Options.Add(json);
        command.SetAction(result =>
        {
            List<Finding> findings = Findings(options.Root(result), options.FleetPath(result), out int attached);
            Print(findings, attached, result.GetValue(json));
            return findings.Any(finding => finding.Severity == FindingCatalogue.Error) ? 1 : 0;
        });
        return command;
    }

    private static List<Finding> Findings(HostRoot root, string fleetPath, out int attached)
    {
        attached = 0;
        ThrowUnlessOwner(root);
        FleetToml fleet = FleetToml.Read(fleetPath);
        List<Finding> findings = [.. Guarded(null, () => FleetChecks.Run(root, fleet, fleetPath))];
        List<CheckedVm> vms;
        IReadOnlyDictionary<int, string> cluster;
        List<Finding> unreadable;
        try
        {
            cluster = Cluster.Vms(root);
            vms = CheckedVm.All(root, out unreadable);
        }
        catch (HostException e)
        {
            // Other findings would claim more than is known: a document is stray only in comparison with all VMs.
            return [.. findings, FindingCatalogue.Of("pve-missing", null, e.Message, "no VM was checked")];
        }

        attached = vms.Count(vm => vm.IsAttached);
        StoreChecks stores = new(root, fleet);
        return
        [
            .. findings,
            .. Guarded(null, () => FleetChecks.Roles(fleet.Config, cluster)),
            .. Guarded(null, () => HostChecks.Run(root, fleet.Config, vms)),
            .. Guarded(null, () => SnippetChecks.Run(root, vms)),
            .. unreadable,
            .. vms.SelectMany(vm => Guarded(vm.Vmid, () => new VmChecks(root, fleet, vm).Run())),
            .. vms.SelectMany(vm => Guarded(vm.Vmid, () => stores.Run(vm))),
            .. unreadable.Count > 0 // an unreadable configuration may name any document
                ? []
                : Guarded(null, () => HostChecks.StrayDocuments(root, fleet.Config, vms, cluster)),
        ];
    }

    /// <summary>Throws for a user who may not read everything on the host, who would get false findings and be told to fix them.</summary>
    private static void ThrowUnlessOwner(HostRoot root)
    {
        if (!FileQuery.IsOwn(root.Resolve("/")))
        {
            throw new HostException("check needs to read all of this host's configuration: run it as root");
        }
    }

    /// <summary>Runs some checks. A failure in them, the host's or a bug of ours, does not keep others from running.</summary>
    private static List<Finding> Guarded(int? vmid, Func<IEnumerable<Finding>> checks)
    {
        List<Finding> findings = [];
        try
        {
            findings.AddRange(checks());
        }
        catch (Exception e)
        {
            const string Fix = "fix that and check again; there may be more";
            findings.Add(FindingCatalogue.Of("unchecked", vmid, ErrorLog.Reason(e), Fix));
        }

        return findings;
    }

    private static void Print(List<Finding> findings, int attached, bool json)
    {
        if (json)
        {
            StandardIo.Output.Write(FindingJson.Write(findings));
            return;
        }

        foreach (Finding finding in findings)
        {
            string vm = finding.Vmid is { } vmid ? $"VM {vmid}: " : "";
            StandardIo.Output.WriteLine(
                SafeText.EscapeLine($"{finding.Severity} {finding.Id}: {vm}{finding.Message}; {finding.Fix}")
            );
        }

        int errors = findings.Count(finding => finding.Severity == FindingCatalogue.Error);
        StandardIo.Output.WriteLine(
            findings.Count == 0
                ? $"no problems found ({Plural.Of(attached, "attached VM")} checked)"
                : $"{Plural.Of(errors, "error")}, {Plural.Of(findings.Count - errors, "warning")}"
        );
    }
}
