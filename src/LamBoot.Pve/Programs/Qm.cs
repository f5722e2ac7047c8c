using LamBoot.Linux;
using LamBoot.Linux.Processes;

namespace LamBoot.Pve.Programs;

/// <summary>
/// Proxmox VE's <c>qm</c>: changes by hand go through it, so that its rules hold: the lock, pending changes of a running VM,
/// who may set what.
/// </summary>
public static class Qm
{
    // It waits 10 s for the lock itself; Perl takes a second to start on a busy node.
    private const int TimeoutMilliseconds = 30_000;

    /// <summary>Changes a VM's configuration: <c>qm set VMID …</c>.</summary>
    /// <param name="root">The host.</param>
    /// <param name="vmid">The VM.</param>
    /// <param name="options">What to set, <c>--digest</c> too: a configuration that was changed meanwhile is left alone.</param>
    /// <exception cref="HostException">It failed; the configuration is as it was.</exception>
    public static void Set(HostRoot root, int vmid, params string[] options) =>
        ChildProcess.Run(root.Resolve("/usr/sbin/qm"), TimeoutMilliseconds, ["set", $"{vmid}", .. options]);
}
