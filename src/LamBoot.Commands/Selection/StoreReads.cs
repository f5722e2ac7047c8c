using LamBoot.Fleet.Config;
using LamBoot.Fleet.Health;
using LamBoot.Linux;
using LamBoot.Linux.Processes;
using LamBoot.Nvram.Variables;
using LamBoot.Pve.Config;
using LamBoot.Pve.Qemu;

namespace LamBoot.Commands.Selection;

/// <summary>Reads VMs' variable stores, one after another. If a storage hangs, only the first VM on it is waited for.</summary>
internal sealed class StoreReads(HostRoot root, FleetToml fleet)
{
    private readonly HashSet<string> _hanging = [];

    /// <summary>Whether a VM's store is on a storage that did not answer.</summary>
    public bool IsHanging(VmConfig config) => config.EfiVolume is { } volume && _hanging.Contains(volume.Storage);

    /// <summary>Reads a VM's store.</summary>
    /// <param name="vmid">The VM.</param>
    /// <param name="config">Its configuration.</param>
    /// <param name="probe">The probe that read it.</param>
    /// <returns>What it says, or why it cannot be read.</returns>
    public HealthRecord Read(int vmid, VmConfig config, out HealthProbe probe)
    {
        HealthProbe reader = probe = new(root, fleet, "inspect");
        if (IsHanging(config))
        {
            return reader.About(vmid, config).AsTimedOut($"its storage '{config.EfiVolume!.Value.Storage}' hangs");
        }

        try
        {
            VmPower power = VmPower.Of(root, vmid, QemuProcess.Find(root, vmid));
            return BoundedCall.Run($"VM {vmid}'s EFI disk", () => reader.ReadStore(vmid, config, power));
        }
        catch (HostException e) when (e.Kind == HostErrorKind.Timeout)
        {
            _hanging.Add(config.EfiVolume!.Value.Storage);
            return reader.About(vmid, config).AsTimedOut(e.Message);
        }
    }

    /// <summary>The image of a read; null if there was none, for example because the read was abandoned.</summary>
    public static StoreImage? ImageOf(HealthRecord read, HealthProbe probe) =>
        read.Error?.Kind == HealthErrorKind.Timeout ? null : probe.Image;
}
