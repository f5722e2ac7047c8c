using LamBoot.Linux;
using LamBoot.Linux.Processes;
using LamBoot.Pve.Config;
using LamBoot.Pve.Qemu;
using LamBoot.Pve.Storage;

namespace LamBoot.Pve.Store;

/// <summary>What became of a write that was cut off.</summary>
public enum StoreRecovery
{
    /// <summary>None was.</summary>
    None,

    /// <summary>The store before it is put back.</summary>
    PutBack,

    /// <summary>The firmware has written the store since, as on another node: it is left as it is.</summary>
    WrittenSince,
}

/// <summary>
/// A stopped VM's variable store, open for a change: its lock is held, and nobody starts it meanwhile. What the store was is kept
/// first; what was written is read back. A kill at any instant leaves the old store or the new, or on a device, which can only be written in
/// place, a mark by which the next start or command puts the old one back.
/// </summary>
public sealed class StoreEdit : IDisposable
{
    // A disk writes whole sectors.
    private const int Sector = 512;

    private static readonly TimeSpan LockWait = TimeSpan.FromSeconds(10);

    private readonly StoreFile _disk;
    private readonly ConfigLock? _lock;
    private readonly StoreBackups _backups;

    private StoreEdit(VmConfig config, StoreFile disk, ConfigLock? configLock, StoreBackups backups) =>
        (Config, _disk, _lock, _backups) = (config, disk, configLock, backups);

    /// <summary>The VM's configuration.</summary>
    public VmConfig Config { get; }

    /// <summary>The format of its EFI disk, by QEMU's name of it.</summary>
    public string Format => ImageFormats.NameOf(_disk.Format);

    /// <summary>Opens a VM's store. A write that was cut off before is undone.</summary>
    /// <param name="root">The host.</param>
    /// <param name="vmid">The VM.</param>
    /// <param name="backups">Where its backups are kept.</param>
    /// <exception cref="HostException">The VM runs, or its store cannot be changed; the message says why.</exception>
    public static StoreEdit Open(HostRoot root, int vmid, BackupPlace backups)
    {
        ConfigLock configLock = ConfigLock.Take(root, vmid, LockWait);
        try
        {
            if (!configLock.IsHeld)
            {
                throw new HostException($"{configLock.Holder} holds VM {vmid}'s lock; try again");
            }

            VmConfig config =
                VmConfigFile.Open(root, vmid)?.Config ?? throw new HostException(VmConfigFile.WhyNone(root, vmid));
            ThrowIfUnfit(root, vmid, config);
            StoreFile disk = BoundedCall.Run(
                $"VM {vmid}'s EFI disk",
                () => OpenDisk(root, vmid, config, isLocked: true)
            );
            StoreEdit edit = new(config, disk, configLock, new(root, vmid, backups));
            edit.Bounded(edit.Recover);
            return edit;
        }
        catch
        {
            configLock.Dispose();
            throw;
        }
    }

    /// <summary>Reads the store of a VM that may run, to see what a change of it would be. No lock is taken.</summary>
    /// <param name="root">The host.</param>
    /// <param name="vmid">The VM.</param>
    /// <param name="config">Its configuration.</param>
    /// <exception cref="HostException">It cannot be read.</exception>
    public static byte[] Peek(HostRoot root, int vmid, VmConfig config) =>
        BoundedCall.Run(
            $"VM {vmid}'s EFI disk",
            () =>
            {
                using StoreFile disk = OpenDisk(root, vmid, config, isLocked: false);
                return disk.ReadVolume();
            }
        );

    /// <summary>Undoes a write that was cut off, before the VM starts: an ancestor of ours has its lock.</summary>
    /// <param name="root">The host.</param>
    /// <param name="vmid">The VM.</param>
    /// <param name="config">Its configuration.</param>
    /// <param name="place">Where its backups are kept.</param>
    /// <returns>What became of it.</returns>
    /// <exception cref="HostException">It cannot be undone.</exception>
    public static StoreRecovery Recover(HostRoot root, int vmid, VmConfig config, BackupPlace place)
    {
        StoreBackups backups = new(root, vmid, place);
        if (!backups.IsPending)
        {
            return StoreRecovery.None;
        }

        using StoreEdit edit = new(config, OpenDisk(root, vmid, config, isLocked: false), null, backups);
        return edit.Recover();
    }

    /// <summary>Reads the store's whole firmware volume.</summary>
    /// <exception cref="HostException">It cannot be read, or holds none.</exception>
    public byte[] Read() => Bounded(_disk.ReadVolume);

    /// <summary>Reads the store's first bytes, whatever they are.</summary>
    /// <exception cref="HostException">They cannot be read.</exception>
    public byte[] ReadBytes(int length) => Bounded(() => _disk.ReadBytes(length));

    /// <summary>Keeps what the store is, and writes another.</summary>
    /// <param name="volume">The firmware volume's bytes.</param>
    /// <param name="isRestore">Whether they are a backup's.</param>
    /// <returns>The backup of what it was.</returns>
    /// <exception cref="HostException">It cannot be written; the store is as it was, or the message says what puts it back.</exception>
    public StoreBackup Write(byte[] volume, bool isRestore = false) =>
        Bounded(() =>
        {
            StoreBackup backup = _backups.Save(_disk.ReadBytes(volume.Length), isRestore);
            if (!_disk.IsDevice)
            {
                _disk.Write(volume, _backups.Temporary);
                Verify(volume);
                return backup;
            }

            _backups.MarkPending(backup, volume);
            _disk.Write(volume, _backups.Temporary);
            Verify(volume);
            _backups.Unmark();
            return backup;
        });

    /// <inheritdoc/>
    public void Dispose()
    {
        _disk.Dispose();
        _lock?.Dispose();
    }

    private T Bounded<T>(Func<T> call) => BoundedCall.Run(_disk.Path, call);

    private static StoreFile OpenDisk(HostRoot root, int vmid, VmConfig config, bool isLocked)
    {
        VolumeId volume =
            config.EfiVolume
            ?? throw new HostException($"VM {vmid} has no efidisk0: qm set {vmid} --efidisk0 STORAGE:0,efitype=4m");
        return EfiDisk.Open(new(root), vmid, volume, isLocked)
            ?? throw new HostException(
                $"{volume} is an RBD image with no mapped device: to write it, set krbd 1 for its storage in /etc/pve/storage.cfg"
            );
    }

    private static void ThrowIfUnfit(HostRoot root, int vmid, VmConfig config)
    {
        string? reason =
            !config.IsOvmf ? "has no 'bios: ovmf', so it has no UEFI variables"
            : config.IsTemplate
                ? "is a template, and its disks must not change: change a VM, then convert it to a template"
            : config.Lock is { } locked ? $"has 'lock: {locked}': wait until that ends, or qm unlock {vmid}"
            : QemuProcess.Find(root, vmid) is not null
                ? $"is running, and its firmware owns the store: qm shutdown {vmid} first"
            : null;
        if (reason is not null)
        {
            throw new HostException($"VM {vmid} {reason}");
        }
    }

    private StoreRecovery Recover()
    {
        if (!_backups.IsPending)
        {
            return StoreRecovery.None;
        }

        (byte[] before, byte[]? after) = _backups.ReadPending();
        bool isHalf = IsHalfWritten(_disk.ReadBytes(before.Length), before, after ?? before);
        if (isHalf)
        {
            _disk.Write(before, _backups.Temporary);
            Verify(before);
        }

        _backups.Unmark();
        return isHalf ? StoreRecovery.PutBack : StoreRecovery.WrittenSince;
    }

    /// <summary>
    /// Whether a store is what a write that was cut off leaves: each sector the old one, the new one, or zeros of a cluster that was
    /// allocated and not filled. Firmware that ran since has written others.
    /// </summary>
    private static bool IsHalfWritten(ReadOnlySpan<byte> store, ReadOnlySpan<byte> before, ReadOnlySpan<byte> after)
    {
        for (int at = 0; at < store.Length; at += Sector)
        {
            int length = Math.Min(Sector, store.Length - at);
            ReadOnlySpan<byte> sector = store.Slice(at, length);
            bool isNew = at + length <= after.Length && sector.SequenceEqual(after.Slice(at, length));
            if (!isNew && !sector.SequenceEqual(before.Slice(at, length)) && sector.ContainsAnyExcept((byte)0))
            {
                return false;
            }
        }

        return true;
    }

    private void Verify(byte[] volume)
    {
        if (!_disk.ReadBytes(volume.Length).AsSpan().SequenceEqual(volume))
        {
            throw new HostException(
                $"{_disk.Path} does not hold what was written to it: check the storage's log, then undo with lamboot-hook restore"
            );
        }
    }
}
