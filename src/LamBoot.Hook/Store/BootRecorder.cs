using LamBoot.Fleet;
using LamBoot.Fleet.Config;
using LamBoot.Fleet.Health;
using LamBoot.Fleet.Log;
using LamBoot.Fleet.Text;
using LamBoot.Linux;
using LamBoot.Linux.Files;
using LamBoot.Pve.Config;
using LamBoot.Pve.Qemu;
using LamBoot.Pve.Store;

namespace LamBoot.Hook.Store;

/// <summary>Records the VM's boots in the health log, each once, whether or not its post-stop came.</summary>
internal sealed class BootRecorder(HostRoot root, int vmid, FleetToml fleet, TaskLog log)
{
    private HealthProbe? _probe;

    private string LogPath => root.Resolve(fleet.Config.LogPath);

    /// <summary>The VM has stopped: tells its health, and records the boot.</summary>
    public void RecordStopped(VmConfig config)
    {
        HealthProbe probe = Probe("post-stop");
        HealthRecord health = probe.ReadVm(vmid, config, QemuProcess.Stopped, out ImageStamp? stamp);
        log.Fact($"health {HealthText.Line(health)}");
        if (health.Status == HealthStatus.Unknown)
        {
            // A backup of a stopped VM starts QEMU paused: no boot. Nor has a clone booted whose store is its source's still.
            if (config.Lock != "backup" && !health.IsNotStarted)
            {
                HealthLog.Append(LogPath, health);
            }

            return;
        }

        KnownBoots boots = probe.Boots!;
        if (!boots.Has(health, probe.FirmwareBoots) && !(boots.IsNew && IsInLog(health)))
        {
            HealthLog.Append(LogPath, health);
        }

        boots.Add(health, probe.FirmwareBoots);
        Remember(stamp);
    }

    /// <summary>post-stop may never have come: power loss, fencing, a crash. The store still tells of that boot.</summary>
    /// <param name="config">The configuration.</param>
    /// <param name="isFirst">Whether the VM has not been started by us before: then there is no boot to tell of.</param>
    public void RecordPrevious(VmConfig config, bool isFirst)
    {
        HostFolder.CreatePrivate(root.Resolve(LamBootPaths.RunFolder));
        HealthProbe probe = Probe("pre-start");
        ImageStamp? stamp = probe.Stamp(config);
        if (stamp is { } unchanged && new RecordedImage(root, vmid).Is(unchanged))
        {
            return;
        }

        if (isFirst)
        {
            KnownBoots.Read(root, fleet.Config, vmid, config).Save();
            return;
        }

        HealthRecord health = probe.ReadVm(vmid, config, QemuProcess.Stopped);
        if (health.Status == HealthStatus.Unknown)
        {
            if (health.IsUnread)
            {
                log.Note($"previous boot not read: {SafeText.Escape($"{health.Error}")}");
            }

            return;
        }

        KnownBoots boots = probe.Boots!;
        if (!boots.Has(health, probe.FirmwareBoots) && !IsInLog(health))
        {
            HealthLog.Append(LogPath, health);
            if (!boots.IsNew)
            {
                log.Fact($"previous boot (not recorded at shutdown): {HealthText.Line(health)}");
            }
        }

        boots.Add(health, probe.FirmwareBoots);
        Remember(stamp);
    }

    /// <summary>A clone is about to start for the first time: what its store tells of is a boot of its source.</summary>
    public void SkipSource(VmConfig config)
    {
        HealthProbe probe = Probe("pre-start");
        HealthRecord health = probe.ReadStore(vmid, config, QemuProcess.Stopped);
        KnownBoots boots = KnownBoots.Read(root, fleet.Config, vmid, config);
        if (health.Status == HealthStatus.Unknown)
        {
            boots.Save();
        }
        else
        {
            boots.Add(health, probe.FirmwareBoots, isOfSource: true);
        }
    }

    /// <summary>The deadline has passed: where a VM's health was being read, that it could not be is its record.</summary>
    public void RecordTimeout(int seconds)
    {
        if (_probe is { Reading: { Phase: "post-stop" } health })
        {
            HealthLog.Append(LogPath, health.AsTimedOut($"the EFI disk was not read within {seconds} s"));
        }
    }

    private HealthProbe Probe(string phase) => _probe = new HealthProbe(root, fleet, phase);

    /// <summary>What is in an image is recorded. An inactive volume has no stamp of its own.</summary>
    private void Remember(ImageStamp? stamp)
    {
        if (stamp is { } read && read != ImageStamp.Inactive)
        {
            new RecordedImage(root, vmid).Remember(read);
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
