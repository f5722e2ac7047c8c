using LamBoot.Fleet.Config;
using LamBoot.Fleet.Health;
using LamBoot.Fleet.Log;
using LamBoot.Linux;
using LamBoot.Nvram.Boot;
using LamBoot.Pve.Config;
using LamBoot.Pve.Qemu;

namespace LamBoot.Commands.Rescue;

/// <summary>
/// A LamBoot state set by us, which the hook must not mistake for a boot of the guest. The boot that the store tells of is recorded first,
/// if the hook has not done so.
/// </summary>
internal sealed class SetState(HostRoot root, FleetToml fleet, int vmid, VmConfig config)
{
    private string LogPath => root.Resolve(fleet.Config.LogPath);

    /// <summary>
    /// Adds the state to the known boots before it is written: the other way round, a kill in between would leave it unknown.
    /// </summary>
    /// <returns>Why the last boot was not recorded; null if it was, or if none of this VM's boots are recorded.</returns>
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
