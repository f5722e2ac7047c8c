using System.Globalization;
using System.Text;
using LamBoot.Linux;
using LamBoot.Linux.Files;
using LamBoot.Linux.Libc;

namespace LamBoot.Pve.Store;

/// <summary>
/// Backups of a VM's variable store from before our changes: <c>VMID-TIME.fd</c> in our own folder, the bytes of the firmware volume, the
/// newest ten per VM; those saved by a restore are named <c>VMID-TIME-restore.fd</c>. While a device is being written, <c>VMID.pending</c>
/// names the backup to restore if we are killed, and <c>VMID.new</c> holds what was to be written.
/// </summary>
/// <param name="root">The host.</param>
/// <param name="vmid">The VM.</param>
/// <param name="place">Where they are kept.</param>
public sealed class StoreBackups(HostRoot root, int vmid, BackupPlace place)
{
    private const int Kept = 10;
    private const int Mode = Permissions.OwnerOnly; // a store may hold a guest's secrets
    private const int MaximumSize = 64 << 20;
    private const int MaximumName = 256;

    private string Folder => place.Folder;

    /// <summary>The name pattern of files being written.</summary>
    internal TemporaryFiles Temporary => place.Temporary;

    private string Mark => root.Resolve(string.Create(CultureInfo.InvariantCulture, $"{Folder}/{vmid}.pending"));

    private string New => root.Resolve(string.Create(CultureInfo.InvariantCulture, $"{Folder}/{vmid}.new"));

    /// <summary>Whether a write was interrupted.</summary>
    /// <exception cref="HostException">It cannot be determined.</exception>
    public bool IsPending => FileQuery.Exists(Mark);

    /// <summary>The backups, newest first.</summary>
    /// <exception cref="HostException">Their folder cannot be read.</exception>
    public IReadOnlyList<StoreBackup> All() =>
        [
            .. HostFolder
                .NamesOrNone(root.Resolve(Folder))
                .Where(IsOurs)
                .OrderDescending(StringComparer.Ordinal)
                .Select(name => new StoreBackup($"{Folder}/{name}")),
        ];

    /// <summary>Finds a backup named by the user, by its file name or path.</summary>
    /// <exception cref="HostException">It is not one of this VM's.</exception>
    public StoreBackup Find(string named)
    {
        string name = Path.GetFileName(named);
        bool isHere = named == name || named == $"{Folder}/{name}" || named == root.Resolve($"{Folder}/{name}");
        return All().FirstOrDefault(backup => isHere && backup.Name == name)
            ?? throw new HostException(
                $"{named} is not a backup of VM {vmid}; list them with: lamboot-hook restore {vmid} --list"
            );
    }

    /// <summary>Saves a store, and deletes all but the newest ten backups.</summary>
    /// <param name="volume">The store.</param>
    /// <param name="isOfRestore">Whether it is saved by a restore.</param>
    /// <exception cref="HostException">It cannot be written.</exception>
    public StoreBackup Save(byte[] volume, bool isOfRestore = false)
    {
        HostFolder.CreatePrivate(Path.GetDirectoryName(root.Resolve(Folder))!);
        HostFolder.CreatePrivate(root.Resolve(Folder));
        RemoveLeftOvers();
        string time = DateTimeOffset.UtcNow.ToString(StoreBackup.TimeFormat, CultureInfo.InvariantCulture);
        string kind = isOfRestore ? StoreBackup.OfRestore : "";
        StoreBackup backup = new(
            string.Create(CultureInfo.InvariantCulture, $"{Folder}/{vmid}-{time}{kind}{StoreBackup.Extension}")
        );
        AtomicFile.Replace(root.Resolve(backup.Path), volume, Mode, Temporary);
        foreach (StoreBackup old in All().Skip(Kept))
        {
            Remove(old);
        }

        return backup;
    }

    /// <summary>Removes partial backups of killed writers: no later backup reuses their names.</summary>
    private void RemoveLeftOvers()
    {
        string prefix = root.Resolve(string.Create(CultureInfo.InvariantCulture, $"{Folder}/{vmid}-"));
        foreach (string path in Temporary.LeftOvers(root.Resolve(Folder)))
        {
            if (path.StartsWith(prefix, StringComparison.Ordinal))
            {
                AtomicFile.Remove(path);
            }
        }
    }

    /// <summary>Reads a backup.</summary>
    /// <exception cref="HostException">It cannot be read.</exception>
    public byte[] Read(StoreBackup backup) =>
        FileReader.ReadAll(root.Resolve(backup.Path), MaximumSize, followLink: false);

    /// <summary>Deletes the backup of a change that was not made.</summary>
    public void Remove(StoreBackup backup) => AtomicFile.Remove(root.Resolve(backup.Path));

    /// <summary>Marks the start of a write.</summary>
    /// <param name="backup">The backup of the current store.</param>
    /// <param name="volume">The new store.</param>
    /// <exception cref="HostException">It cannot be marked.</exception>
    internal void MarkPending(StoreBackup backup, byte[] volume)
    {
        AtomicFile.Replace(New, volume, Mode, Temporary);
        AtomicFile.Replace(Mark, Encoding.UTF8.GetBytes(backup.Name), Mode, Temporary);
    }

    /// <summary>Removes the mark: the write is complete, or undone.</summary>
    /// <exception cref="HostException">The removal cannot be synced.</exception>
    internal void Unmark()
    {
        AtomicFile.Remove(Mark);
        AtomicFile.Sync(root.Resolve(Folder));
        AtomicFile.Remove(New);
    }

    /// <summary>Reads the backup of an interrupted write and, if it exists, what was to be written.</summary>
    /// <exception cref="HostException">They cannot be read.</exception>
    internal (byte[] Before, byte[]? After) ReadPending()
    {
        byte[] name = FileReader.ReadAll(Mark, MaximumName, followLink: false);
        byte[] before = Read(new($"{Folder}/{Path.GetFileName(Encoding.UTF8.GetString(name))}"));
        return (before, FileReader.ReadAllOrNull(New, MaximumSize, followLink: false));
    }

    private bool IsOurs(string name) =>
        name.StartsWith(string.Create(CultureInfo.InvariantCulture, $"{vmid}-"), StringComparison.Ordinal)
        && name.EndsWith(StoreBackup.Extension, StringComparison.Ordinal);
}
