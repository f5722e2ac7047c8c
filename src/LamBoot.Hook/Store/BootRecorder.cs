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

/// <summary>Records the VM's boots in the health log, each once, whether or not its post-stop came.</summary>
internal sealed class BootRecorder(HostRoot root, int vmid, FleetToml fleet, TaskLog log)
{
    private readonly RecordedImage _image = new(root, vmid);
    private HealthProbe? _probe;

    private string LogPath => root.Resolve(fleet.Config.LogPath);

    /// <summary>The VM has stopped: tells its health, and records the boot.</summary>
    public void RecordStopped(VmConfig config)
    {
        HealthProbe probe = Probe("post-stop");
        ImageStamp? stamp = probe.StampToRead(vmid, config, VmPower.Stopped);
        RunNote run = RunThatEnded();
        HealthRecord health = probe.ReadVm(vmid, config, VmPower.Stopped, run);
        log.Fact($"health {HealthText.Line(health)}");
        LogArchiveFault(probe);

        // A backup of a stopped VM starts QEMU paused: no boot. Nor has a clone booted whose store is its source's still.
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
    /// A start begins: keeps how often the firmware had booted by then. post-stop may never have come: power loss, fencing, a crash; the
    /// store still tells of that boot.
    /// </summary>
    /// <param name="config">The configuration.</param>
    /// <param name="isFirst">Whether the VM has not been started by us before: then there is no boot to tell of.</param>
    public void RecordPrevious(VmConfig config, bool isFirst)
    {
        HostFolder.CreatePrivate(root.Resolve(LamBootPaths.RunFolder));
        HealthProbe probe = Probe("pre-start");
        ImageStamp? stamp = probe.Stamp(config);
        if (stamp is { } unchanged && _image.Is(unchanged))
        {
            _image.MarkStart();
            return;
        }

        RunNote run = new(_image.Begin()?.FirmwareBoots, null, null, null);
        HealthRecord health = probe.ReadVm(vmid, config, VmPower.Stopped, run);
        LogArchiveFault(probe);
        if (health.IsUnread && !isFirst)
        {
            log.Note($"previous boot not read: {SafeText.Escape($"{health.Error}")}");
        }

        if (probe.Boots is not { } boots)
        {
            return;
        }

        bool isNews = !isFirst && health.HasBoot && !boots.Has(health, probe.FirmwareBoots) && !IsInLog(health);
        if (isNews)
        {
            HealthLog.Append(LogPath, health);
            if (!boots.IsNew)
            {
                log.Fact($"previous boot (not recorded at shutdown): {HealthText.Line(health)}");
            }
        }

        if (isFirst || isNews || boots.LastRun?.Boots != probe.FirmwareBoots)
        {
            Note(boots, isFirst ? null : health, run with { Boots = probe.FirmwareBoots });
        }

        _image.Remember(stamp, BootsNow(health, probe));
    }

    /// <summary>A clone is about to start for the first time: what its store tells of is a boot of its source.</summary>
    public void SkipSource(VmConfig config)
    {
        HealthProbe probe = Probe("pre-start");
        HealthRecord health = probe.ReadStore(vmid, config, VmPower.Stopped);
        KnownBoots boots = KnownBoots.Read(root, fleet.Config, vmid, config);
        if (health.HasBoot)
        {
            boots.Add(health, probe.FirmwareBoots, isOfSource: true);
        }
        else
        {
            boots.Save();
        }

        HostFolder.CreatePrivate(root.Resolve(LamBootPaths.RunFolder));
        _image.Remember(null, BootsNow(health, probe));
    }

    /// <summary>The deadline has passed: where a VM's health was being read, that it could not be is its record.</summary>
    public void RecordTimeout(int seconds)
    {
        if (_probe is { Reading: { Phase: "post-stop" } health })
        {
            HealthLog.Append(LogPath, health.AsTimedOut($"the EFI disk was not read within {seconds} s"));
        }
    }

    private HealthProbe Probe(string phase) => _probe = new HealthProbe(root, fleet, phase) { Archive = new(root) };

    /// <summary>The run that a post-stop is of, as far as its pre-start and its ancestors tell.</summary>
    private RunNote RunThatEnded()
    {
        (DateTimeOffset At, uint FirmwareBoots)? begin = _image.Begin();
        long? seconds = begin is { } began ? (long)(DateTimeOffset.UtcNow - began.At).TotalSeconds : null;
        return new(begin?.FirmwareBoots, null, RunEnds.Find(vmid), seconds >= 0 ? seconds : null);
    }

    /// <summary>A store that no firmware has booted from yet has no counter.</summary>
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
            return false; // appending to it says what is wrong with it
        }
    }
}
