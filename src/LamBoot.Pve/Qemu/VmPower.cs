using LamBoot.Linux;
using LamBoot.Linux.Processes;

namespace LamBoot.Pve.Qemu;

/// <summary>Whether a VM runs.</summary>
/// <param name="Status">QEMU's state as QMP calls it, <c>running</c> where it does not answer; <c>stopped</c> where none runs.</param>
/// <param name="Since">When QEMU started; null where none runs, or that cannot be told.</param>
public readonly record struct VmPower(string Status, DateTimeOffset? Since)
{
    private const string IsStopped = "stopped";

    /// <summary>No QEMU runs.</summary>
    public static VmPower Stopped { get; } = new(IsStopped, null);

    /// <summary>Whether a QEMU runs.</summary>
    public bool IsRunning => Status != IsStopped;

    /// <summary>The power of a VM.</summary>
    /// <param name="root">The host.</param>
    /// <param name="vmid">The VM.</param>
    /// <param name="process">Its QEMU; null where none runs.</param>
    public static VmPower Of(HostRoot root, int vmid, QemuProcess? process) =>
        process is null ? Stopped : new(Qmp.QueryStatus(root, vmid) ?? "running", StartOf(process));

    private static DateTimeOffset? StartOf(QemuProcess process)
    {
        try
        {
            return HostProcess.Find(process.Id)?.StartedAt;
        }
        catch (HostException)
        {
            return null;
        }
    }
}
