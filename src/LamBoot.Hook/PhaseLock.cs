using LamBoot.Linux;
using LamBoot.Pve.Config;

namespace LamBoot.Hook;

/// <summary>
/// The VM's lock. In a phase, an ancestor of this process holds it; when run by hand, we take it so that nobody starts the VM meanwhile. It
/// is released before the health is read: reading an LVM volume takes it again.
/// </summary>
internal sealed class PhaseLock(HostRoot root, int vmid)
{
    // Others give up on the VM's lock after 10 s; when run by hand, we wait for Proxmox VE's short edits.
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(1);

    private ConfigLock? _lock;

    /// <summary>Takes the lock, or finds its holder, which may have ended since the last time.</summary>
    /// <exception cref="HostException">The holder cannot be determined.</exception>
    public ConfigLock Take()
    {
        if (_lock is { Starter.IsAlive: false })
        {
            Release();
        }

        return _lock ??= ConfigLock.Take(root, vmid, LongestWait);
    }

    /// <summary>Does the same; null if the holder cannot be determined.</summary>
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

    /// <summary>Releases the lock, if it is ours.</summary>
    public void Release()
    {
        _lock?.Dispose();
        _lock = null;
    }
}
