using System.CommandLine;
using LamBoot.Fleet.Config;
using LamBoot.Fleet.Identity;
using LamBoot.Linux;
using LamBoot.Linux.Files;
using LamBoot.Pve.Config;
using LamBoot.Pve.Qemu;

namespace LamBoot.Commands.Attach;

/// <summary>
/// <c>lamboot-hook detach</c>: takes hookscript and args item away again through <c>qm set</c>; a chained hookscript gets its
/// place back. The identity document goes last, and only when no configuration names it any more.
/// </summary>
internal sealed class DetachCommand(HostRoot root, FleetConfig fleet) : VmChanger.IVmChange
{
    private const string Nothing = "already detached";

    public static Command Create(ProgramOptions options)
    {
        Command command = new(
            "detach",
            """
            Takes hookscript and args line away again, and leaves the VMs as they were before.

            Example: lamboot-hook detach --all --dry-run
            """
        );
        VmSelection selection = new(command, withFleet: false);
        Option<bool> dryRun = AttachCommand.DryRun();
        command.Options.Add(dryRun);
        command.SetAction(result =>
        {
            HostRoot root = options.Root(result);
            FleetConfig fleet = options.Fleet(result).Config;
            VmChanger changer = new(root, result.GetValue(dryRun));
            IReadOnlyList<int> vmids = selection.Vmids(result, root, fleet);
            return changer.Run(vmids, new DetachCommand(root, fleet), selection.IsByName(result));
        });
        return command;
    }

    public VmChange Plan(int vmid, VmConfig config)
    {
        bool isOurs = Hookscript.IsOurs(config.Hookscript);
        ArgsLine next = config.NextArgs;
        bool hasItem = ChannelItems.In(next).Count > 0;
        if (!isOurs && !hasItem)
        {
            return ChannelItems.In(config.Args).Count > 0 || HasDocument(vmid)
                ? new(config, null, null)
                : throw new VmChanger.UnfitException("not attached");
        }

        // A line with a fault is dropped whole by Proxmox VE, our item too: it is left alone.
        AttachCommand.ThrowIfLocked(vmid, config);
        string? hookscript = isOurs ? fleet.ChainOf(vmid) ?? "" : null;
        return new(config, hookscript, hasItem ? ChannelItems.Without(next) : null);
    }

    public void Before(int vmid, VmConfig config) { }

    public string Preview(int vmid, VmChange change) =>
        change.IsNothing ? Nothing : $"would run: {change.Command(vmid)}";

    public string Finish(int vmid, VmChange change)
    {
        string document = fleet.DocumentPath(vmid);
        string kept = RemoveDocument(vmid, document);
        string next = QemuProcess.Find(root, vmid) is null ? "" : "; it runs: args from its next stop and start";
        string chained = change.Hookscript is { Length: > 0 } chain ? $", hookscript is {chain} again" : "";
        return change.IsNothing ? $"{Nothing}{kept}" : $"detached{chained}{next}{kept}";
    }

    /// <summary>Removes the document. A clone that has not started yet, or a snapshot, may name it: without it that would not start.</summary>
    /// <returns>Why it stays; empty where it is gone.</returns>
    private string RemoveDocument(int vmid, string document) =>
        !HasDocument(vmid) ? ""
        : IsNamed(document) ? $"; {document} stays, since a configuration or snapshot names it"
        : new DocumentLeases(root, fleet, vmid).RemoveOwn() ? ""
        : $"; {document} stays, since a VM starts with it; run it again";

    private bool HasDocument(int vmid) => HostFile.Exists(root.Resolve(fleet.DocumentPath(vmid)));

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
                $"detached, but {document} stays, since a configuration that may name it cannot be read: {e.Message}; run it again"
            );
        }
    }
}
