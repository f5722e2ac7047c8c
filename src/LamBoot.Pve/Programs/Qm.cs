using LamBoot.Linux;
using LamBoot.Linux.Processes;

namespace LamBoot.Pve.Programs;

/// <summary>
/// Proxmox VE's <c>qm</c>: administrators' changes go through it so that its rules apply: the lock, pending changes of a running VM,
/// permissions.
/// </summary>
public static class Qm
{
    // qm itself waits up to 10 s for the lock; Perl takes a second to start on a busy node.
    private const int TimeoutMilliseconds = 30_000;

    // A QEMU that does not end within a minute is killed; a start takes as long as its memory and volumes need.
    private const int StopMilliseconds = 180_000;
    private const int StartMilliseconds = 600_000;

    /// <summary>Changes a VM's configuration: <c>qm set VMID …</c>.</summary>
    /// <param name="root">The host.</param>
    /// <param name="vmid">The VM.</param>
    /// <param name="options">What to set, plus <c>--digest</c>: a configuration changed meanwhile is left alone.</param>
    /// <exception cref="HostException">It failed; the configuration is unchanged.</exception>
    public static void Set(HostRoot root, int vmid, params string[] options) =>
        ChildProcess.Run(root.Resolve("/usr/sbin/qm"), TimeoutMilliseconds, ["set", $"{vmid}", .. options]);

    /// <summary>
    /// Stops a VM immediately, like pulling the plug: <c>qm stop VMID</c>. Under HA this is only a request, fulfilled later.
    /// </summary>
    /// <param name="root">The host.</param>
    /// <param name="vmid">The VM.</param>
    /// <exception cref="HostException">It failed.</exception>
    public static void Stop(HostRoot root, int vmid) =>
        ChildProcess.Run(root.Resolve("/usr/sbin/qm"), StopMilliseconds, ["stop", $"{vmid}"]);

    /// <summary>Starts a VM: <c>qm start VMID</c>.</summary>
    /// <param name="root">The host.</param>
    /// <param name="vmid">The VM.</param>
    /// <exception cref="HostException">It failed.</exception>
    public static void Start(HostRoot root, int vmid) =>
        ChildProcess.Run(root.Resolve("/usr/sbin/qm"), StartMilliseconds, ["start", $"{vmid}"]);
}
