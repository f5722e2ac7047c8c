using LamBoot.Linux;
using LamBoot.Pve.Config;

namespace LamBoot.Hook;

/// <summary>
/// The VM's lock, which an ancestor of ours has in a phase; by hand we take it, and nobody starts the VM meanwhile. Before the
/// health is read it is given up again: who reads an LVM volume takes it anew.
/// </summary>
internal sealed class PhaseLock(HostRoot root, int vmid)
{
    // Others give up on the VM's lock after 10 s; by hand we wait for Proxmox VE's short edits.
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(1);

    private ConfigLock? _lock;

    /// <summary>Takes it, or finds who has it.</summary>
    /// <exception cref="HostException">It cannot be told who has it.</exception>
    public ConfigLock Take() => _lock ??= ConfigLock.Take(root, vmid, LongestWait);

    /// <summary>The same; null where it cannot be told who has it.</summary>
    public ConfigLock? TakeOrNull(TaskLog log)
    {
        try
        {
            return Take();
        }
        catch (HostException e)
        {
            log.Fail($"cannot tell whether VM {vmid} is being started: {e.Message}");
            return null;
        }
    }

    /// <summary>Gives it up, if it is ours.</summary>
    public void Release()
    {
        _lock?.Dispose();
        _lock = null;
    }
}
