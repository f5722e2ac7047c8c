using LamBoot.Fleet.Config;
using LamBoot.Fleet.Health;
using LamBoot.Linux;
using LamBoot.Pve.Config;
using LamBoot.Pve.Qemu;

namespace LamBoot.Fleet.Log;

/// <summary>What the store of a clone that has never started tells: a boot of its source.</summary>
/// <param name="root">The host.</param>
/// <param name="fleet">The fleet's configuration.</param>
/// <param name="vmid">The clone.</param>
/// <param name="config">Its configuration.</param>
/// <param name="probe">Reads its store, now.</param>
public sealed class SourceBoot(HostRoot root, FleetToml fleet, int vmid, VmConfig config, HealthProbe probe)
{
    /// <summary>What the store tells.</summary>
    public HealthRecord Health { get; } = probe.ReadStore(vmid, config, VmPower.Stopped);

    /// <summary>
    /// Notes that this boot is not the clone's, before its args say so no longer. Synced, once in a VM's life: after a power failure,
    /// nothing else would tell.
    /// </summary>
    public void Mark()
    {
        KnownBoots boots = KnownBoots.Read(root, fleet.Config, vmid, config);
        if (Health.HasBoot)
        {
            boots.Add(Health, probe.FirmwareBoots, isOfSource: true);
        }
        else
        {
            boots.Save();
        }
    }
}
