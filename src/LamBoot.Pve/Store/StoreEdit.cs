using LamBoot.Linux;
using LamBoot.Linux.Processes;
using LamBoot.Pve.Config;
using LamBoot.Pve.Qemu;
using LamBoot.Pve.Storage;

namespace LamBoot.Pve.Store;

/// <summary>The outcome of recovering from an interrupted write.</summary>
public enum StoreRecovery
{
    /// <summary>There was no interrupted write.</summary>
    None,

    /// <summary>The previous store was restored.</summary>
    PutBack,

    /// <summary>The firmware has written to the store since, for example on another node: it is left unchanged.</summary>
    WrittenSince,
}

/// <summary>
/// A stopped VM's variable store, open for a change: we hold its lock, so nobody starts it meanwhile. The old store is backed up first, and
/// the new one is read back after writing. If we are killed at any moment, either the old or the new store is left; on a device, which can
/// only be written in place, a mark is left that makes the next start or command restore the old one.
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

    /// <summary>The format of its EFI disk, as named by QEMU.</summary>
    public string Format => ImageFormats.NameOf(_disk.Format);

    /// <summary>Opens a VM's store, and undoes an earlier interrupted write.</summary>
    /// <param name="root">The host.</param>
    /// <param name="vmid">The VM.</param>
    /// <param name="backups">Where its backups are kept.</param>
    /// <exception cref="HostException">The VM is running, or its store cannot be changed; the message says why.</exception>
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

    /// <summary>Reads the store of a VM, which may be running, to preview a change. Takes no lock.</summary>
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

    /// <summary>Undoes an interrupted write before the VM starts, while an ancestor of ours holds its lock.</summary>
    /// <param name="root">The host.</param>
    /// <param name="vmid">The VM.</param>
    /// <param name="config">Its configuration.</param>
    /// <param name="place">Where its backups are kept.</param>
    /// <returns>The outcome.</returns>
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

    /// <summary>Reads the store's entire firmware volume.</summary>
    /// <exception cref="HostException">It cannot be read, or there is none.</exception>
    public byte[] Read() => Bounded(_disk.ReadVolume);

    /// <summary>Reads the store's first bytes, whatever they are.</summary>
    /// <exception cref="HostException">They cannot be read.</exception>
    public byte[] ReadBytes(int length) => Bounded(() => _disk.ReadBytes(length));

    /// <summary>Backs up the store and writes a new one.</summary>
    /// <param name="volume">The bytes of the firmware volume.</param>
    /// <param name="isRestore">Whether they come from a backup.</param>
    /// <returns>The backup of the old store.</returns>
    /// <exception cref="HostException">It cannot be written; the store is unchanged, or the message says what restores it.</exception>
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
    /// Whether a store is what an interrupted write leaves: each sector is the old one, the new one, or zeros from a cluster that was
    /// allocated but not filled. If firmware has run since, there are other sectors.
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
