namespace LamBoot.Pve;

/// <summary>
/// A stopped VM's variable store, open for a change: its lock is held, and nobody starts it meanwhile. What the store was is kept
/// first; what was written is read back. A kill at any instant leaves the old store or the new, or on a device, which can only be written in
/// place, a mark by which the next start or command puts the old one back.
/// </summary>
public sealed class StoreEdit : IDisposable
{
    private static readonly TimeSpan LockWait = TimeSpan.FromSeconds(10);

    private readonly EfiDiskFile _disk;
    private readonly ConfigLock? _lock;
    private readonly StoreBackups _backups;

    private StoreEdit(VmConfig config, EfiDiskFile disk, ConfigLock? configLock, StoreBackups backups) =>
        (Config, _disk, _lock, _backups) = (config, disk, configLock, backups);

    /// <summary>The VM's configuration.</summary>
    public VmConfig Config { get; }

    /// <summary>The file or device.</summary>
    public string Path => _disk.Path;

    /// <summary>Opens a VM's store. A write that was cut off before is undone.</summary>
    /// <param name="root">The host.</param>
    /// <param name="vmid">The VM.</param>
    /// <exception cref="HostException">The VM runs, or its store cannot be changed; the message says why.</exception>
    public static StoreEdit Open(HostRoot root, int vmid)
    {
        ConfigLock configLock = ConfigLock.Take(root, vmid, LockWait);
        try
        {
            if (!configLock.IsHeld)
            {
                throw new HostException($"{configLock.Holder} holds VM {vmid}'s lock; try again");
            }

            VmConfig config =
                VmConfigFile.Open(root, vmid)?.Config ?? throw new HostException($"there is no VM {vmid} on this node");
            ThrowIfUnfit(root, vmid, config);
            StoreEdit edit = new(config, OpenDisk(root, vmid, config, isLocked: true), configLock, new(root, vmid));
            edit.Recover();
            return edit;
        }
        catch
        {
            configLock.Dispose();
            throw;
        }
    }

    /// <summary>Undoes a write that was cut off, before the VM starts: an ancestor of ours has its lock.</summary>
    /// <param name="root">The host.</param>
    /// <param name="vmid">The VM.</param>
    /// <param name="config">Its configuration.</param>
    /// <returns>Whether there was one.</returns>
    /// <exception cref="HostException">It cannot be undone.</exception>
    public static bool Recover(HostRoot root, int vmid, VmConfig config)
    {
        StoreBackups backups = new(root, vmid);
        if (!backups.IsPending)
        {
            return false;
        }

        using StoreEdit edit = new(config, OpenDisk(root, vmid, config, isLocked: false), null, backups);
        edit.Recover();
        return true;
    }

    /// <summary>Reads the store's whole firmware volume.</summary>
    /// <exception cref="HostException">It cannot be read, or holds none.</exception>
    public byte[] Read() => _disk.ReadVolume();

    /// <summary>Reads the store's first bytes, whatever they are.</summary>
    /// <exception cref="HostException">They cannot be read.</exception>
    public byte[] ReadBytes(int length) => _disk.ReadBytes(length);

    /// <summary>Keeps what the store is, and writes another.</summary>
    /// <param name="volume">The firmware volume's bytes.</param>
    /// <returns>The backup, as the host sees it.</returns>
    /// <exception cref="HostException">It cannot be written; the store is as it was, or the message says what puts it back.</exception>
    public string Write(byte[] volume)
    {
        string backup = _backups.Save(ReadBytes(volume.Length));
        if (!_disk.IsDevice)
        {
            _disk.Write(volume);
            Verify(volume);
            return backup;
        }

        _backups.MarkPending(backup);
        _disk.Write(volume);
        Verify(volume);
        _backups.MarkPending(null);
        return backup;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _disk.Dispose();
        _lock?.Dispose();
    }

    private static EfiDiskFile OpenDisk(HostRoot root, int vmid, VmConfig config, bool isLocked)
    {
        VolumeId volume =
            config.EfiDisk is { } drive && VolumeId.FromDrive(drive) is { } named
                ? named
                : throw new HostException($"VM {vmid} has no efidisk0: qm set {vmid} --efidisk0 STORAGE:0,efitype=4m");
        return EfiDisk.Open(root, vmid, volume, isLocked)
            ?? throw new HostException(
                $"{volume} is an RBD image that no device maps: its storage needs krbd 1 in /etc/pve/storage.cfg to be written"
            );
    }

    private static void ThrowIfUnfit(HostRoot root, int vmid, VmConfig config)
    {
        string? reason =
            !config.IsOvmf ? "has no 'bios: ovmf', so it has no UEFI variables"
            : config.IsTemplate ? "is a template, whose disks must not change; enrol a VM, then make it a template"
            : config.Lock is { } locked ? $"has 'lock: {locked}': wait until that is over, or qm unlock {vmid}"
            : QemuProcess.Find(root, vmid) is not null
                ? $"runs, and its firmware owns the store: qm shutdown {vmid} first"
            : null;
        if (reason is not null)
        {
            throw new HostException($"VM {vmid} {reason}");
        }
    }

    private void Recover()
    {
        if (_backups.IsPending)
        {
            byte[] before = _backups.ReadPending();
            _disk.Write(before);
            Verify(before);
            _backups.MarkPending(null);
        }
    }

    private void Verify(byte[] volume)
    {
        if (!ReadBytes(volume.Length).AsSpan().SequenceEqual(volume))
        {
            throw new HostException(
                $"{Path} does not hold what was written to it: see the storage's log; lamboot-hook restore puts the old store back"
            );
        }
    }
}
