using LamBoot.Fleet.Config;
using LamBoot.Fleet.Health;
using LamBoot.Fleet.Text;
using LamBoot.Linux;
using LamBoot.Pve.Config;
using LamBoot.Pve.Qemu;

namespace LamBoot.Commands.Boot;

/// <summary>A VM's boot entries with their heading.</summary>
internal sealed record BootList(string Heading, BootReport Boot);

/// <summary>Reads a VM's boot entries, even while it is running. It changes nothing.</summary>
internal sealed class BootLister(HostRoot root, FleetToml fleet)
{
    /// <summary>Reads a VM's boot entries.</summary>
    /// <exception cref="HostException">They cannot be read; the message says why.</exception>
    public BootList Read(int vmid)
    {
        VmConfig config =
            VmConfigFile.Open(root, vmid)?.Config ?? throw new HostException(VmConfigFile.WhyNone(root, vmid));
        HealthProbe probe = new(root, fleet, "inspect");
        VmPower power = VmPower.Of(root, vmid, QemuProcess.Find(root, vmid));
        HealthRecord health = probe.ReadStore(vmid, config, power);
        BootReport? report = probe.Image is { } image ? BootReport.Read(image, new(config)) : null;
        string name = config.Name is { } given ? $" ({SafeText.Escape(given)})" : "";
        return report is not null
            ? new($"VM {vmid}{name}, {power.Status}", report)
            : throw new HostException($"VM {vmid}: {health.Error}");
    }
}
