using LamBoot.Pve;

namespace LamBoot.Hook;

/// <summary>
/// <c>lamboot-hook</c>: what Proxmox VE runs as root at every start and stop of a VM. The phases are the hot path, and take
/// one that parses nothing but the two arguments.
/// </summary>
internal static class Program
{
    private static int Main(string[] args) =>
        args is [string vmid, string phase] && PhaseCall.IsOne(vmid, phase)
            ? PhaseCall.Run(HostRoot.FromEnvironment(), fleetPath: null, vmid, phase)
            : Commands.Run(args);
}
