using LamBoot.Fleet;
using LamBoot.Pve;

namespace LamBoot.Hook;

/// <summary>What is done in each phase of a VM's start and stop.</summary>
internal sealed class Phases(HostRoot root, int vmid, FleetToml fleet, TaskLog log, Deadline deadline)
{
    // Others give up on the VM's lock after 10 s; by hand we wait for Proxmox VE's short edits.
    private static readonly TimeSpan LockWait = TimeSpan.FromSeconds(1);

    // In an incoming migration Proxmox VE names the node that the VM comes from; else it is empty.
    private readonly string? _incomingFrom = Environment.GetEnvironmentVariable("PVE_MIGRATED_FROM")
        is { Length: > 0 } node
        ? node
        : null;

    private HealthProbe? _probe;

    private readonly string _document = fleet.Config.DocumentPath(vmid);

    private string LogPath => root.Resolve(fleet.Config.LogPath);

    /// <summary>Writes the identity document, and sees that the guest is given it: by this start's QEMU, and the next.</summary>
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

        RecoverStore(file.Config);
        bool hadDocument = File.Exists(root.Resolve(_document));
        StartIdentity identity = new(root, vmid, fleet, log, deadline);
        if (!identity.Give(file.Config))
        {
            return; // the start is refused
        }

        if (SeeItem(file) == ConfigEdit.Replaced)
        {
            TellReplaced(identity);
        }

        if (hadDocument && !identity.IsLent)
        {
            RecordPreviousBoot(file.Config);
        }
    }

    /// <summary>Ends the start's leases; sees to the args line again, since some edits of pre-start are overwritten.</summary>
    public void PostStart()
    {
        GiveBack();
        if (OpenConfig() is { } file)
        {
            SeeItemLate(file);
        }
    }

    /// <summary>Sees to the args line, and records the VM's health.</summary>
    public void PostStop()
    {
        GiveBack();

        // After an aborted migration, or from a migration's source, the configuration is another node's.
        if (OpenConfig() is not { } file)
        {
            return;
        }

        SeeItemLate(file);
        HealthProbe probe = Probe("post-stop");
        HealthRecord health = probe.ReadVm(vmid, file.Config, QemuProcess.Stopped, out ImageStamp? stamp);
        log.Fact($"health {HealthText.Line(health)}");

        // A backup of a stopped VM starts QEMU paused: no boot, unless it is one that was not recorded.
        bool isKnown = health.Status == HealthStatus.Unknown ? file.Config.Lock == "backup" : IsRecorded(health);
        if (!isKnown)
        {
            HealthLog.Append(LogPath, health);
        }

        Remember(stamp, health);
    }

    /// <summary>The deadline has passed: where a VM's health was being read, that it could not be is its record.</summary>
    public void RecordTimeout(int seconds)
    {
        if (_probe is { Reading: { Phase: "post-stop" } health })
        {
            HealthLog.Append(LogPath, health with { Error = $"timeout: the EFI disk was not read within {seconds} s" });
        }
    }

    private HealthProbe Probe(string phase) => _probe = new HealthProbe(root, fleet, phase);

    private VmConfigFile? OpenConfig()
    {
        if (_incomingFrom is { } node && (node.Contains('/', StringComparison.Ordinal) || node.StartsWith('.')))
        {
            throw new HostException("PVE_MIGRATED_FROM names no node: nothing done");
        }

        return VmConfigFile.Open(root, vmid, _incomingFrom);
    }

    /// <summary>A change of the store that was cut off, a power cut in the midst of enroll, is undone before QEMU opens it.</summary>
    private void RecoverStore(VmConfig config)
    {
        try
        {
            StoreRecovery recovery = _incomingFrom is null ? StoreEdit.Recover(root, vmid, config) : StoreRecovery.None;
            if (recovery == StoreRecovery.PutBack)
            {
                log.Note(
                    "a change of the variable store was cut off: the store before is put back; enrol or restore again"
                );
            }
            else if (recovery == StoreRecovery.WrittenSince)
            {
                log.Note(
                    "a change of the variable store was cut off once, and the store was written since: it is left as it is"
                );
            }
        }
        catch (HostException e)
        {
            log.Fail($"a change of the variable store was cut off, and the one before is not put back: {e.Message}");
        }
    }

    private void TellReplaced(StartIdentity identity)
    {
        string told = $"args now names {_document}; it counts from the next start";
        if (identity.IsGiven)
        {
            log.Fact(told);
            return;
        }

        told +=
            $", in this one the guest has no identity yet; 'lamboot-hook attach {vmid}' before a first start avoids that";
        if (fleet.Config.BlocksOnError)
        {
            log.Fail(told);
        }
        else
        {
            log.Note(told);
        }
    }

    private void GiveBack()
    {
        try
        {
            if (new DocumentLeases(root, fleet.Config, vmid).GiveBack() is { } owner)
            {
                log.Fact($"VM {owner}'s identity document is given back");
            }
        }
        catch (HostException e)
        {
            log.Fail($"an identity document is not given back: {e.Message}; its owner's next start writes it anew");
        }
    }

    private void SeeItemLate(VmConfigFile file)
    {
        if (SeeItem(file) == ConfigEdit.Replaced)
        {
            log.Fact($"args now names {_document}; it counts from the next start");
        }
    }

    /// <summary>
    /// Sees that the args line carries our item, once, with this VM's document. The same step in every phase: whatever it
    /// finds, it leaves the configuration as it was or right.
    /// </summary>
    private ConfigEdit SeeItem(VmConfigFile file)
    {
        if (file.Config.Args.Fault is { } fault)
        {
            log.Fail($"args {fault}, so it is left alone; mend it with qm set {vmid} --args …");
            return ConfigEdit.Unchanged;
        }

        return file.NeedsItem(_document) && MayEdit(file.Config) ? Edit(file) : ConfigEdit.Unchanged;
    }

    private ConfigEdit Edit(VmConfigFile file)
    {
        string reason;
        try
        {
            using ConfigLock configLock = ConfigLock.Take(root, vmid, LockWait);
            if (configLock.IsHeld && file.SeeItem(_document) is not ConfigEdit.Raced and ConfigEdit edit)
            {
                return edit;
            }

            reason = configLock.IsHeld
                ? "the configuration was changed meanwhile"
                : $"{configLock.Holder} holds the configuration's lock";
        }
        catch (HostException e)
        {
            reason = e.Message;
        }

        log.Fail($"args left as it is: {reason}; the next start tries again");
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
        return File.Exists(root.Resolve(_document));
    }

    /// <summary>post-stop may never have come: power loss, fencing, a crash. The store still tells of that boot.</summary>
    private void RecordPreviousBoot(VmConfig config)
    {
        HealthProbe probe = Probe("pre-start");
        ImageStamp? stamp = probe.Stamp(config);
        if (stamp is { } unchanged && new RecordedImage(root, vmid).Is(unchanged))
        {
            return;
        }

        HealthRecord health = probe.ReadVm(vmid, config, QemuProcess.Stopped);
        if (health.Status != HealthStatus.Unknown && !IsRecorded(health))
        {
            HealthLog.Append(LogPath, health);
            log.Fact($"health of the boot before, which had no post-stop: {HealthText.Line(health)}");
        }

        Remember(stamp, health);
    }

    /// <summary>What is in an image is recorded. An inactive volume has no stamp of its own.</summary>
    private void Remember(ImageStamp? stamp, HealthRecord health)
    {
        if (stamp is { } read && read != ImageStamp.Inactive && health.Status != HealthStatus.Unknown)
        {
            new RecordedImage(root, vmid).Remember(read);
        }
    }

    private bool IsRecorded(HealthRecord health)
    {
        try
        {
            return HealthLog.Newest(LogPath, vmid)?.IsSameBoot(health) == true;
        }
        catch (HostException)
        {
            return false; // appending to it says what is wrong with it
        }
    }
}
