using LamBoot.Linux;
using LamBoot.Linux.Files;
using LamBoot.Linux.Libc;
using LamBoot.Linux.Processes;

namespace LamBoot.Pve.Config;

/// <summary>
/// Proxmox VE's lock of a VM's configuration: flock(LOCK_EX) on <c>/var/lock/qemu-server/lock-VMID.conf</c>. In a phase
/// an ancestor of ours holds it for as long as we run; otherwise we take it.
/// </summary>
public sealed class ConfigLock : IDisposable
{
    /// <summary>What the path of each lock's file has in it, whatever <c>/var/lock</c> leads to.</summary>
    public const string InPath = "/lock/";

    private const string Folder = "/var/lock/qemu-server";

    private readonly Descriptor? _file;

    private ConfigLock(Descriptor? file, HostProcess? starter, string? holder) =>
        (_file, Starter, Holder) = (file, starter, holder);

    /// <summary>Whether the configuration may be edited until this is disposed.</summary>
    public bool IsHeld => Holder is null;

    /// <summary>Whether this process took it: no task of Proxmox VE's is at work on the VM.</summary>
    public bool IsOurs => _file is not null;

    /// <summary>The ancestor of ours that holds the lock: the process that starts or stops the VM. Null where none does.</summary>
    public HostProcess? Starter { get; }

    /// <summary>Who else holds the lock; null where we do, or an ancestor of ours does.</summary>
    public string? Holder { get; }

    /// <summary>Takes the lock, or finds that an ancestor has it.</summary>
    /// <param name="root">The host.</param>
    /// <param name="vmid">The VM.</param>
    /// <param name="wait">How long to wait for a stranger to give it back.</param>
    /// <exception cref="HostException">It cannot be taken, and it cannot be told who has it.</exception>
    public static ConfigLock Take(HostRoot root, int vmid, TimeSpan wait)
    {
        HostFolder.Create(root.Resolve(Folder)); // as Proxmox VE does itself: the folder is gone after a boot
        Descriptor file = Open(root, vmid, create: Permissions.AllMayRead)!; // as Proxmox VE makes it
        ConfigLock? taken = null;
        try
        {
            return taken = Take(file, new(LockName(vmid)), wait);
        }
        finally
        {
            if (taken?.IsOurs != true)
            {
                file.Dispose();
            }
        }
    }

    /// <summary>Whether anybody holds a VM's lock at this moment.</summary>
    /// <exception cref="HostException">It cannot be told.</exception>
    public static bool IsTaken(HostRoot root, int vmid)
    {
        using Descriptor? file = Open(root, vmid, create: null);
        return file is not null && !file.TryLock(isShared: true);
    }

    /// <summary>Whether a process has the file of a VM's lock open, be it removed by now.</summary>
    /// <exception cref="HostException">It cannot be told.</exception>
    public static bool IsOpenIn(HostProcess process, int vmid) => new LockHolder(LockName(vmid)).IsOpenIn(process);

    /// <inheritdoc/>
    public void Dispose() => _file?.Dispose();

    private static ConfigLock Take(Descriptor file, LockHolder others, TimeSpan wait)
    {
        HostProcess? ancestor = null;
        bool isLocked = false;
        Wait.Until(
            () => (isLocked = file.TryLock()) || (ancestor = others.FindAncestor(file.Status)) is not null,
            wait
        );
        if (isLocked)
        {
            ancestor = others.FindAncestorOfRemoved();
            return ancestor is null ? new(file, null, null) : new(null, ancestor, null);
        }

        if (ancestor is not null)
        {
            return new(null, ancestor, null);
        }

        (HostProcess? Ancestor, string? Stranger) any = LockHolder.FindAny(file.Status);
        return new(null, any.Ancestor, any.Stranger);
    }

    private static string LockName(int vmid) => $"/lock-{vmid}.conf";

    /// <summary>Opens the lock file; null where it is missing and not to be made.</summary>
    private static Descriptor? Open(HostRoot root, int vmid, int? create)
    {
        string path = root.Resolve(Folder + LockName(vmid));
        Descriptor? file = Descriptor.OpenShared(path, create);
        if (file is null || file.Status.IsRegular)
        {
            return file;
        }

        file.Dispose();
        throw new HostException($"{path} is not a regular file: remove it");
    }
}
