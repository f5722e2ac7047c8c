using LamBoot.Linux;
using LamBoot.Linux.Files;
using LamBoot.Linux.Libc;
using LamBoot.Linux.Processes;

namespace LamBoot.Pve.Config;

/// <summary>
/// Proxmox VE's lock of a VM's configuration: flock(LOCK_EX) on <c>/var/lock/qemu-server/lock-VMID.conf</c>. In a phase, an ancestor of
/// this process holds it for as long as we run; otherwise we take it.
/// </summary>
public sealed class ConfigLock : IDisposable
{
    /// <summary>Part of every lock file's path, whatever <c>/var/lock</c> links to.</summary>
    public const string InPath = "/lock/";

    private const string Folder = "/var/lock/qemu-server";

    private readonly Descriptor? _file;

    private ConfigLock(Descriptor? file, HostProcess? starter, string? holder) =>
        (_file, Starter, Holder) = (file, starter, holder);

    /// <summary>Whether the configuration may be edited until this object is disposed.</summary>
    public bool IsHeld => Holder is null;

    /// <summary>Whether this process took the lock: no Proxmox VE task is working on the VM.</summary>
    public bool IsOurs => _file is not null;

    /// <summary>The ancestor that holds the lock: the process that starts or stops the VM. Null if none does.</summary>
    public HostProcess? Starter { get; }

    /// <summary>Who else holds the lock; null if we or one of our ancestors do.</summary>
    public string? Holder { get; }

    /// <summary>Takes the lock, or finds that an ancestor holds it.</summary>
    /// <param name="root">The host.</param>
    /// <param name="vmid">The VM.</param>
    /// <param name="wait">How long to wait for an unrelated process to release it.</param>
    /// <exception cref="HostException">It cannot be taken, and its holder cannot be determined.</exception>
    public static ConfigLock Take(HostRoot root, int vmid, TimeSpan wait)
    {
        HostFolder.Create(root.Resolve(Folder)); // as Proxmox VE does: the folder is gone after a reboot
        Descriptor file = Open(root, vmid, create: Permissions.AllMayRead)!; // with the mode that Proxmox VE uses
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

    /// <summary>The process that took a VM's lock; null if the lock is free.</summary>
    /// <exception cref="HostException">It cannot be determined.</exception>
    public static LockTaker? FindTaker(HostRoot root, int vmid)
    {
        using Descriptor? file = Open(root, vmid, create: null);
        return file is null || file.TryLock(isShared: true) ? null : LockHolder.FindTaker(file.Status);
    }

    /// <summary>Whether a process has a VM's lock file open, even if the file has been removed.</summary>
    /// <exception cref="HostException">It cannot be determined.</exception>
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

        LockTaker taker = LockHolder.FindTaker(file.Status);
        bool isAncestor = taker.Process is { } process && HostProcess.IsAncestor(process.Id);
        return isAncestor ? new(null, taker.Process, null) : new(null, null, taker.Name);
    }

    private static string LockName(int vmid) => $"/lock-{vmid}.conf";

    /// <summary>Opens the lock file; null if it is missing and not to be created.</summary>
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
