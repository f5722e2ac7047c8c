using LamBoot.Fleet;
using LamBoot.Fleet.Config;
using LamBoot.Fleet.Health;
using LamBoot.Fleet.Log;
using LamBoot.Fleet.Text;
using LamBoot.Linux;
using LamBoot.Linux.Files;
using LamBoot.Nvram.Boot;
using LamBoot.Pve.Config;
using LamBoot.Pve.Qemu;
using LamBoot.Pve.Store;

namespace LamBoot.Hook.Store;

/// <summary>Records each boot of the VM in the health log exactly once, with or without its post-stop.</summary>
internal sealed class BootRecorder(HostRoot root, int vmid, FleetToml fleet, TaskLog log)
{
    private readonly RecordedImage _image = new(root, vmid);
    private HealthProbe? _probe;

    private string LogPath => root.Resolve(fleet.Config.LogPath);

    /// <summary>The VM has stopped: reports its health and records the boot.</summary>
    public void RecordStopped(VmConfig config)
    {
        HealthProbe probe = Probe(PhaseName.PostStop);
        ImageStamp? stamp = probe.StampToRead(vmid, config, VmPower.Stopped);
        RunNote run = RunThatEnded();
        HealthRecord health = probe.ReadVm(vmid, config, VmPower.Stopped, run);
        log.Fact($"health {HealthText.Line(health)}");
        LogArchiveFault(probe);

        // A backup of a stopped VM starts QEMU paused, which is not a boot. Nor is it one if a clone's store is still its source's.
        if (config.Lock == "backup" || health.IsNotStarted)
        {
            return;
        }

        if (probe.Boots is not { } boots)
        {
            HealthLog.Append(LogPath, health);
            return;
        }

        if (!health.HasBoot || (!boots.Has(health, probe.FirmwareBoots) && !(boots.IsNew && IsInLog(health))))
        {
            HealthLog.Append(LogPath, health);
        }

        Note(boots, health, run with { Boots = probe.FirmwareBoots });
        _image.Remember(stamp, BootsNow(health, probe));
    }

    /// <summary>
    /// A start begins: saves the firmware's boot count so far, and records the previous boot if its post-stop never came (power loss,
    /// fencing, a crash); the store still tells of that boot.
    /// </summary>
    /// <param name="config">The configuration.</param>
    /// <param name="isFirst">Whether this is the VM's first start with us: then there is no earlier boot to record.</param>
    /// <param name="isIncoming">Whether the VM is migrating here: it is still running, and its store tells of no finished boot.</param>
    public void RecordPrevious(VmConfig config, bool isFirst, bool isIncoming)
    {
        HostFolder.CreatePrivate(root.Resolve(LamBootPaths.RunFolder));
        HealthProbe probe = Probe(PhaseName.PreStart);
        ImageStamp? stamp = probe.Stamp(config);
        if (stamp is { } unchanged && _image.Is(unchanged))
        {
            _image.MarkStart();
            return;
        }

        RunNote run = new(_image.Begin()?.FirmwareBoots, null, null, null);
        HealthRecord health = probe.ReadVm(vmid, config, VmPower.Stopped, run);
        LogArchiveFault(probe);
        if (isIncoming && health.Error is { Kind: HealthErrorKind.Erased })
        {
            _image.Remember(null, null); // the migration copies a local disk only later
            return;
        }

        if (health.IsUnread && !isFirst)
        {
            log.Note($"previous boot not read: {SafeText.Escape($"{health.Error}")}");
        }

        if (probe.Boots is not { } boots)
        {
            return;
        }

        bool isUnknown = !isFirst && health.HasBoot && !boots.Has(health, probe.FirmwareBoots);
        bool isNews = isUnknown && !IsInLog(health);
        if (isNews)
        {
            HealthLog.Append(LogPath, health);
            if (!boots.IsNew)
            {
                log.Fact($"previous boot (not recorded at shutdown): {HealthText.Line(health)}");
            }
        }

        // Whatever a phase that was killed did not save is saved now.
        if (isUnknown || boots.IsNew || boots.LastRun?.Boots != probe.FirmwareBoots)
        {
            Note(boots, isFirst ? null : health, run with { Boots = probe.FirmwareBoots });
        }

        _image.Remember(stamp, BootsNow(health, probe));
    }

    /// <summary>A clone is about to start for the first time: its store still tells of a boot of its source.</summary>
    public void SkipSource(VmConfig config)
    {
        HealthProbe probe = Probe(PhaseName.PreStart);
        SourceBoot source = new(root, fleet, vmid, config, probe);
        source.Mark();
        HostFolder.CreatePrivate(root.Resolve(LamBootPaths.RunFolder));
        _image.Remember(null, BootsNow(source.Health, probe));
    }

    /// <summary>The deadline has passed: if a VM's health was being read, records that it could not be.</summary>
    public void RecordTimeout(int seconds)
    {
        if (_probe is { Reading: { Phase: PhaseName.PostStop } health })
        {
            HealthLog.Append(LogPath, health.AsTimedOut($"the EFI disk was not read within {seconds} s"));
        }
    }

    private HealthProbe Probe(string phase) => _probe = new HealthProbe(root, fleet, phase) { Archive = new(root) };

    /// <summary>The run that a post-stop ends, as far as its pre-start and our ancestor processes tell.</summary>
    private RunNote RunThatEnded()
    {
        (DateTimeOffset At, uint FirmwareBoots)? begin = _image.Begin();
        long? seconds = begin is { } began ? (long)(DateTimeOffset.UtcNow - began.At).TotalSeconds : null;
        return new(begin?.FirmwareBoots, null, RunEnds.Find(vmid), seconds >= 0 ? seconds : null);
    }

    /// <summary>The firmware's boot count; 0 for a store that no firmware has booted from, since it has no counter yet.</summary>
    private static uint? BootsNow(HealthRecord health, HealthProbe probe) =>
        probe.FirmwareBoots ?? (health.Store is null ? null : 0);

    private static void Note(KnownBoots boots, HealthRecord? health, RunNote run)
    {
        boots.LastRun = run;
        boots.IsConfirmed |= health?.ConfirmedBy == BootConfirmer.Guest;
        if (health is { HasBoot: true })
        {
            boots.Add(health, run.Boots);
        }
        else
        {
            boots.Save();
        }
    }

    private void LogArchiveFault(HealthProbe probe)
    {
        if (probe.ArchiveFault is { } fault)
        {
            log.Note($"cannot save the guest's crash record: {SafeText.EscapeLine(fault)}");
        }
    }

    private bool IsInLog(HealthRecord health)
    {
        try
        {
            return HealthLog.HasBoot(LogPath, vmid, health);
        }
        catch (HostException)
        {
            return false; // appending to the log reports what is wrong with it
        }
    }
}
