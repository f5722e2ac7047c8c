using LamBoot.Fleet.Config;
using LamBoot.Fleet.Health;
using LamBoot.Fleet.Log;
using LamBoot.Linux;
using LamBoot.Nvram.Boot;
using LamBoot.Pve.Config;
using LamBoot.Pve.Qemu;

namespace LamBoot.Commands.Rescue;

/// <summary>
/// A state of LamBoot's that we set: the hook is not to take it for a boot of the guest's. What the store tells of before gets its record
/// first, where the hook has not come to it.
/// </summary>
internal sealed class SetState(HostRoot root, FleetToml fleet, int vmid, VmConfig config)
{
    private string LogPath => root.Resolve(fleet.Config.LogPath);

    /// <summary>Makes the state known, before it is written: the other way round a kill in between would leave it unknown.</summary>
    /// <returns>Why the boot before has no record; null where it has, or none of this VM's boots gets one.</returns>
    public string? Expect(BootState state, byte crashCount)
    {
        HealthProbe probe = new(root, fleet, "inspect");
        HealthRecord found = probe.ReadVm(vmid, config, VmPower.Stopped);
        if (found.IsUnread)
        {
            return $"{found.Error}";
        }

        if (probe.Boots is not { IsNew: false } boots || !found.HasBoot)
        {
            return null; // no hook records this VM's boots
        }

        string? fault = boots.Has(found, probe.FirmwareBoots) ? null : Record(found);
        boots.Add(found, probe.FirmwareBoots);
        boots.Add(
            found with
            {
                State = $"{state}",
                StateCode = (byte)state,
                CrashCount = crashCount,
            },
            probe.FirmwareBoots
        );
        return fault;
    }

    private string? Record(HealthRecord found)
    {
        try
        {
            if (!HealthLog.HasBoot(LogPath, vmid, found))
            {
                HealthLog.Append(LogPath, found);
            }

            return null;
        }
        catch (HostException e)
        {
            return e.Message;
        }
    }
}
