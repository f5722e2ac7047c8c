using LamBoot.Linux;
using LamBoot.Linux.Processes;

namespace LamBoot.Pve.Qemu;

/// <summary>Whether a VM is running.</summary>
/// <param name="Status">QEMU's state as QMP names it, <c>running</c> if it does not answer; <c>stopped</c> if there is no QEMU.</param>
/// <param name="Since">When QEMU started; null if there is none or the time is unknown.</param>
public readonly record struct VmPower(string Status, DateTimeOffset? Since)
{
    private const string IsStopped = "stopped";

    /// <summary>No QEMU is running.</summary>
    public static VmPower Stopped { get; } = new(IsStopped, null);

    /// <summary>Whether a QEMU is running.</summary>
    public bool IsRunning => Status != IsStopped;

    /// <summary>Determines the power state of a VM.</summary>
    /// <param name="root">The host.</param>
    /// <param name="vmid">The VM.</param>
    /// <param name="process">Its QEMU; null if there is none.</param>
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
