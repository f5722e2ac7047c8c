using LamBoot.Fleet.Config;
using LamBoot.Fleet.Leases;
using LamBoot.Linux;
using LamBoot.Linux.Files;
using LamBoot.Pve.Config;
using LamBoot.Pve.Qemu;

namespace LamBoot.Commands.Attach;

/// <summary>
/// What <c>detach</c> does to a VM: removes the hookscript and args item with <c>qm set</c>, and then the identity document, unless a
/// configuration still names it.
/// </summary>
internal sealed class Detachment(HostRoot root, FleetConfig fleet) : IVmChange
{
    private const string Nothing = "already detached";

    public string Done => "detached";

    public VmChange Plan(int vmid, VmConfig config) => ChangePlan.Detach(vmid, config, fleet, HasDocument(vmid));

    public void Before(int vmid, VmConfig config) { }

    public string Preview(int vmid, VmChange change) =>
        change.IsNothing ? Nothing : $"would run: {change.Command(vmid)}";

    public string Finish(int vmid, VmChange change)
    {
        string document = fleet.DocumentPath(vmid);
        string kept = RemoveDocument(vmid, document);
        string next = QemuProcess.Find(root, vmid) is null ? "" : " (running; args change at the next stop and start)";
        string chained = change.Hookscript is { Length: > 0 } chain ? $", hookscript {chain} restored" : "";
        return change.IsNothing ? $"{Nothing}{kept}" : $"detached{chained}{next}{kept}";
    }

    /// <summary>
    /// Removes the document, unless a clone that has not started yet, or a snapshot, names it: without it, that would not start.
    /// </summary>
    /// <returns>Why it stays; empty if it was removed.</returns>
    private string RemoveDocument(int vmid, string document) =>
        !HasDocument(vmid) ? ""
        : IsNamed(document) ? $"; keeping {document}, still referenced by a configuration or snapshot"
        : new DocumentLeases(root, fleet, vmid).RemoveOwn() ? ""
        : $"; keeping {document}, which a VM is starting with; run detach again";

    private bool HasDocument(int vmid) => FileQuery.Exists(root.Resolve(fleet.DocumentPath(vmid)));

    private bool IsNamed(string document)
    {
        try
        {
            return VmConfigFile
                .List(root)
                .Any(vmid => VmConfigFile.Open(root, vmid)?.Config.Mentions(document) == true);
        }
        catch (HostException e)
        {
            throw new HostException(
                $"detached, but keeping {document}: a configuration that may reference it cannot be read: {e.Message}; run detach again"
            );
        }
    }
}
