using LamBoot.Linux;
using LamBoot.Linux.Processes;

namespace LamBoot.Pve.Qemu;

/// <summary>Whether a VM is running.</summary>
/// <param name="Status">QEMU's state as QMP names it, <c>running</c> if it does not answer; <c>stopped</c> if there is no QEMU.</param>
/// <param name="Since">When QEMU started; null if there is none or the time is unknown.</param>
/// <param name="IsResumed">Whether QEMU took over a guest that already ran: a migration, or a state saved to disk.</param>
public readonly record struct VmPower(string Status, DateTimeOffset? Since, bool IsResumed = false)
{
    private const string IsStopped = "stopped";
    private const string IsPrelaunch = "prelaunch"; // qapi/run-state.json: -S, and not continued yet

    /// <summary>No QEMU is running.</summary>
    public static VmPower Stopped { get; } = new(IsStopped, null);

    /// <summary>Whether a QEMU is running.</summary>
    public bool IsRunning => Status != IsStopped;

    /// <summary>Whether a QEMU is running whose guest has not begun to run: a backup of a stopped VM has such a one.</summary>
    public bool IsWaiting => Status == IsPrelaunch;

    /// <summary>Determines the power state of a VM.</summary>
    /// <param name="root">The host.</param>
    /// <param name="vmid">The VM.</param>
    /// <param name="process">Its QEMU; null if there is none.</param>
    public static VmPower Of(HostRoot root, int vmid, QemuProcess? process) =>
        process is null
            ? Stopped
            : new(Qmp.QueryStatus(root, vmid) ?? "running", StartOf(process), HasSavedState(process));

    /// <summary>qemu-server, vm_start_nolock: a migration's target has <c>-incoming</c>, a state from disk <c>-loadstate</c>.</summary>
    private static bool HasSavedState(QemuProcess process) =>
        process.Arguments.Any(static argument => argument is "-incoming" or "-loadstate" or "-loadvm");

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
