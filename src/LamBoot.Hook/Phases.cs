using LamBoot.Fleet;
using LamBoot.Pve;

namespace LamBoot.Hook;

/// <summary>What is done in each phase of a VM's start and stop.</summary>
internal sealed class Phases(HostRoot root, int vmid, FleetToml fleet, TaskLog log)
{
    // In an incoming migration Proxmox VE names the node that the VM comes from; else it is empty.
    private readonly string? _incomingFrom = Environment.GetEnvironmentVariable("PVE_MIGRATED_FROM")
        is { Length: > 0 } node
        ? node
        : null;

    private string Document => fleet.Config.DocumentPath(vmid);

    /// <summary>Writes the identity document, and sees that the args line names it.</summary>
    public void PreStart()
    {
        if (OpenConfig() is not { } file)
        {
            if (!VmConfigFile.IsContainer(root, vmid))
            {
                log.Fail($"there is no /etc/pve/qemu-server/{vmid}.conf: no identity written");
            }

            return;
        }

        WriteIdentity(file.Config);
        switch (SeeItem(file))
        {
            case ConfigEdit.Replaced:
                log.Note(
                    $"args now names {Document}; it counts from the next start, in this one the guest has no identity yet"
                );
                break;
            case ConfigEdit.Raced:
                log.Fail("the configuration was changed meanwhile: args left as it is; the next start tries again");
                break;
            default:
                break;
        }
    }

    /// <summary>Sees that the args line names the document: some edits of pre-start are overwritten.</summary>
    public void PostStart()
    {
        if (OpenConfig() is { } file)
        {
            SeeItemLate(file);
        }
    }

    /// <summary>Sees to the args line, and records the VM's health.</summary>
    public void PostStop()
    {
        // After an aborted migration, or from a migration's source, the configuration is another node's.
        if (OpenConfig() is not { } file)
        {
            return;
        }

        SeeItemLate(file);
        HealthRecord health = new HealthProbe(root, fleet, "post-stop").ReadVm(vmid, file.Config, isRunning: false);
        log.Fact($"health {HealthText.Line(health)}");
        HealthLog.Append(root.Resolve(fleet.Config.LogPath), health);
    }

    private VmConfigFile? OpenConfig()
    {
        if (_incomingFrom is { } node && (node.Contains('/', StringComparison.Ordinal) || node.StartsWith('.')))
        {
            throw new HostException("PVE_MIGRATED_FROM names no node: nothing done");
        }

        return VmConfigFile.Open(root, vmid, _incomingFrom);
    }

    private void WriteIdentity(VmConfig config)
    {
        string path = root.Resolve(Document);
        FleetConfig settings = fleet.Config;
        if (fleet.Errors.Count > 0)
        {
            string more = fleet.Errors.Count == 1 ? "" : $" (and {fleet.Errors.Count - 1} more)";
            bool isThere = File.Exists(path);
            string done = isThere
                ? "the identity document that is there is kept"
                : "an identity without fleet and role is written";
            log.Fail($"{fleet.Errors[0]}{more}: {done}; mend the file, it counts from the next start");
            if (isThere)
            {
                return;
            }

            settings = new();
        }

        IdentityDocument document = IdentityDocument.For(
            vmid,
            config,
            settings,
            Node.Name(root),
            DateTimeOffset.UtcNow
        );
        try
        {
            document.Write(path);
            log.Fact($"identity {Document}: {Describe(document)}");
        }
        catch (HostException e)
        {
            string rest = File.Exists(path) ? "; the guest gets the old identity" : "; there is none";
            log.Fail($"identity not written: {e.Message}{rest}");
        }
    }

    private static string Describe(IdentityDocument document) =>
        $"fleet {OrNone(document.FleetId)}, role {OrNone(document.Role)}";

    private static string OrNone(string? text) => string.IsNullOrEmpty(text) ? "none" : $"'{text}'";

    private void SeeItemLate(VmConfigFile file)
    {
        if (SeeItem(file) == ConfigEdit.Replaced)
        {
            log.Fact($"args now names {Document}: it counts from the next start");
        }
    }

    /// <summary>
    /// Sees that the args line carries our item, once, with this VM's document. The same step in every phase: whatever it
    /// finds, it leaves the configuration as it was or right.
    /// </summary>
    private ConfigEdit SeeItem(VmConfigFile file)
    {
        VmConfig config = file.Config;
        ArgsLine args = config.Args;
        if (args.Fault is { } fault)
        {
            log.Fail($"args {fault}, so it is left alone; mend it with qm set {vmid} --args …");
            return ConfigEdit.Unchanged;
        }

        ArgsLine wanted = args.With(Document);
        if (wanted == args || !MayEdit(config))
        {
            return ConfigEdit.Unchanged;
        }

        try
        {
            using ConfigLock configLock = ConfigLock.Take(root, vmid);
            if (configLock.IsHeld)
            {
                return file.SetArgs(wanted);
            }

            log.Fail(
                $"args left as it is: {configLock.Holder} holds the configuration's lock; the next start tries again"
            );
        }
        catch (HostException e)
        {
            log.Fail($"args left as it is: {e.Message}; the next start tries again");
        }

        return ConfigEdit.Unchanged;
    }

    private bool MayEdit(VmConfig config)
    {
        if (_incomingFrom is not null)
        {
            return false; // the configuration is the source node's still
        }

        if (config.Lock is { } reason)
        {
            log.Note(
                $"args names no identity document of this VM, and 'lock: {reason}' forbids to edit it; the next start tries again"
            );
            return false;
        }

        if (!config.IsOvmf)
        {
            log.Note(
                $"the VM has no 'bios: ovmf', so LamBoot cannot run in it: args left as it is; qm set {vmid} --delete hookscript ends this"
            );
            return false;
        }

        // QEMU does not start without a file that args names.
        return File.Exists(root.Resolve(Document));
    }
}
