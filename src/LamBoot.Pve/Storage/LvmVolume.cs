using LamBoot.Linux;
using LamBoot.Linux.Files;
using LamBoot.Linux.Processes;
using LamBoot.Pve.Config;

namespace LamBoot.Pve.Storage;

/// <summary>
/// An LVM volume that is not active, made so for as long as it is read. Proxmox VE deactivates volumes of stopped VMs; thick
/// ones may be shared with other nodes, so they are activated exclusively, and put back.
/// </summary>
/// <remarks>
/// A kill in between leaves the volume active, as it is while the VM runs. The VM's next stop deactivates it again.
/// </remarks>
internal sealed class LvmVolume : IDisposable
{
    private const string LvChange = "/usr/sbin/lvchange";
    private static readonly TimeSpan NodeWait = TimeSpan.FromSeconds(2);

    // While the lock is held no start of the VM comes between our activation and our deactivation.
    private static readonly TimeSpan LockWait = TimeSpan.FromSeconds(1);

    private readonly HostRoot _root;
    private readonly ConfigLock? _lock;
    private readonly string[] _volumes;
    private readonly bool _isThin;

    private LvmVolume(HostRoot root, ConfigLock? configLock, string[] volumes, bool isThin) =>
        (_root, _lock, _volumes, _isThin) = (root, configLock, volumes, isThin);

    /// <summary>Activates a volume.</summary>
    /// <param name="root">The host.</param>
    /// <param name="vmid">The VM that it belongs to: its lock is taken, or an ancestor of ours has it.</param>
    /// <param name="device">Its device node, <c>/dev/VG/LV</c>.</param>
    /// <param name="isThin">Whether it is a thin volume.</param>
    /// <param name="isLocked">Whether this process has the lock already.</param>
    /// <exception cref="HostException">The lock is another's, or the volume cannot be activated.</exception>
    public static LvmVolume Activate(HostRoot root, int vmid, string device, bool isThin, bool isLocked)
    {
        string name = device["/dev/".Length..];
        ConfigLock? configLock = isLocked ? null : ConfigLock.Take(root, vmid, LockWait);
        LvmVolume volume = new(root, configLock, WithSnapshots(name), isThin);
        if (configLock is { IsHeld: false })
        {
            throw new HostException(
                $"LVM volume {name} is not active, and {configLock.Holder} holds the VM's lock: not activated"
            );
        }

        try
        {
            string[] activate = isThin ? ["-ay", "-K"] : ["-aey"];
            ChildProcess.Run(root.Resolve(LvChange), [.. activate, .. volume._volumes]);
            WaitForNode(root.Resolve(device), name);
            return volume;
        }
        catch
        {
            volume.Dispose();
            throw;
        }
    }

    /// <summary>Deactivates the volume. One that is in use by now stays active, as its user needs it.</summary>
    public void Dispose()
    {
        try
        {
            ChildProcess.Run(_root.Resolve(LvChange), [_isThin ? "-an" : "-aln", .. _volumes]);
        }
        catch (HostException)
        {
            // in use, or lvchange is not there: there is nothing to put back then
        }
        finally
        {
            _lock?.Dispose();
        }
    }

    /// <summary>
    /// The snapshots of a qcow2 volume are volumes of their own, its backing files; a tag with its name is on all of them
    /// (LVMPlugin.pm, activate_volume).
    /// </summary>
    private static string[] WithSnapshots(string name) =>
        name.EndsWith(".qcow2", StringComparison.Ordinal) ? [name, $"@pve-{Path.GetFileName(name)}"] : [name];

    /// <summary>udev makes the node a moment after lvchange is done; the link to it may be an old one that leads nowhere yet.</summary>
    private static void WaitForNode(string path, string name)
    {
        if (!Wait.Until(() => !FileStatus.OfTargetOrMissing(path).IsMissing, NodeWait))
        {
            string message = $"LVM volume {name} was activated, but {path} did not appear";
            throw new HostException(HostErrorKind.Timeout, message);
        }
    }
}
