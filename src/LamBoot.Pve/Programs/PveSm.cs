using LamBoot.Linux;
using LamBoot.Linux.Processes;
using LamBoot.Pve.Storage;

namespace LamBoot.Pve.Programs;

/// <summary>Proxmox VE's storage command, for storages that are not read natively. It costs 0.35 s of CPU.</summary>
internal static class PveSm
{
    /// <summary>The path of a volume, in the host's tree.</summary>
    /// <exception cref="HostException">It has none, or <c>pvesm</c> failed.</exception>
    public static string Path(HostRoot root, VolumeId volume)
    {
        string path = ChildProcess.Run(root.Resolve("/usr/sbin/pvesm"), "path", volume.ToString()).Trim();
        return path.StartsWith('/')
            ? root.Resolve(path)
            : throw new HostException($"storage '{volume.Storage}': volume '{volume.Volume}' has no path on this node");
    }
}
