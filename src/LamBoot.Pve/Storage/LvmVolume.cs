using LamBoot.Linux;
using LamBoot.Linux.Files;
using LamBoot.Linux.Processes;
using LamBoot.Pve.Config;

namespace LamBoot.Pve.Storage;

/// <summary>
/// An inactive LVM volume, activated while it is being read. Proxmox VE deactivates the volumes of stopped VMs; thick ones may be shared
/// with other nodes, so they are activated exclusively and deactivated afterwards.
/// </summary>
/// <remarks>
/// If we are killed in between, the volume stays active, as it is while the VM runs. The VM's next stop deactivates it again.
/// </remarks>
internal sealed class LvmVolume : IDisposable
{
    private const string LvChange = "/usr/sbin/lvchange";
    private static readonly TimeSpan NodeWait = TimeSpan.FromSeconds(2);

    // While we hold the lock, the VM cannot start between our activation and our deactivation.
    private static readonly TimeSpan LockWait = TimeSpan.FromSeconds(1);

    private readonly HostRoot _root;
    private readonly ConfigLock? _lock;
    private readonly string[] _volumes;
    private readonly bool _isThin;

    private LvmVolume(HostRoot root, ConfigLock? configLock, string[] volumes, bool isThin) =>
        (_root, _lock, _volumes, _isThin) = (root, configLock, volumes, isThin);

    /// <summary>Activates a volume.</summary>
    /// <param name="root">The host.</param>
    /// <param name="vmid">The VM that owns it: its lock is taken, unless an ancestor of ours holds it.</param>
    /// <param name="device">Its device node, <c>/dev/VG/LV</c>.</param>
    /// <param name="isThin">Whether it is a thin volume.</param>
    /// <param name="isLocked">Whether this process already holds the lock.</param>
    /// <exception cref="HostException">Someone else holds the lock, or the volume cannot be activated.</exception>
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

    /// <summary>Deactivates the volume, unless it is in use by now: then it stays active for its user.</summary>
    public void Dispose()
    {
        try
        {
            ChildProcess.Run(_root.Resolve(LvChange), [_isThin ? "-an" : "-aln", .. _volumes]);
        }
        catch (HostException)
        {
            // in use, or lvchange is missing: either way there is nothing to undo
        }
        finally
        {
            _lock?.Dispose();
        }
    }

    /// <summary>
    /// The volume with its snapshots: those of a qcow2 volume are separate volumes, its backing files, all tagged with its name
    /// (LVMPlugin.pm, activate_volume).
    /// </summary>
    private static string[] WithSnapshots(string name) =>
        name.EndsWith(".qcow2", StringComparison.Ordinal) ? [name, $"@pve-{Path.GetFileName(name)}"] : [name];

    /// <summary>
    /// Waits for the node: udev creates it shortly after lvchange ends, and the link to it may be an old one that is still dangling.
    /// </summary>
    private static void WaitForNode(string path, string name)
    {
        if (!Wait.Until(() => !FileStatus.OfTargetOrMissing(path).IsMissing, NodeWait))
        {
            string message = $"LVM volume {name} was activated, but {path} did not appear";
            throw new HostException(HostErrorKind.Timeout, message);
        }
    }
}
