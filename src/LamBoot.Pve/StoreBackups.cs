using System.Globalization;
using System.Text;

namespace LamBoot.Pve;

/// <summary>
/// What VMs' variable stores were before we changed them: <c>/var/lib/lamboot/backup/VMID-TIME.fd</c>, the bytes of the firmware
/// volume. While a device is being written, <c>VMID.pending</c> names the backup to put back should we be killed, and
/// <c>VMID.new</c> is what was to be written.
/// </summary>
/// <param name="root">The host.</param>
/// <param name="vmid">The VM.</param>
public sealed class StoreBackups(HostRoot root, int vmid)
{
    private const string Folder = "/var/lib/lamboot/backup";
    private const string Extension = ".fd";
    private const int Mode = 0x180; // 0600: a store may hold a guest's secrets
    private const int MaximumSize = 64 << 20;
    private const int MaximumName = 256;

    private string Mark => root.Resolve(string.Create(CultureInfo.InvariantCulture, $"{Folder}/{vmid}.pending"));

    private string New => root.Resolve(string.Create(CultureInfo.InvariantCulture, $"{Folder}/{vmid}.new"));

    /// <summary>Whether a write was cut off.</summary>
    public bool IsPending => File.Exists(Mark);

    /// <summary>The backups, as the host sees them, newest first.</summary>
    public IReadOnlyList<string> All() =>
        Directory.Exists(root.Resolve(Folder))
            ?
            [
                .. Directory
                    .EnumerateFiles(root.Resolve(Folder), $"{vmid}-*{Extension}")
                    .Select(path => $"{Folder}/{Path.GetFileName(path)}")
                    .OrderDescending(StringComparer.Ordinal),
            ]
            : [];

    /// <summary>Keeps a store.</summary>
    /// <returns>The backup, as the host sees it.</returns>
    /// <exception cref="HostException">It cannot be written.</exception>
    public string Save(byte[] volume)
    {
        HostFile.CreatePrivateFolder(Path.GetDirectoryName(root.Resolve(Folder))!);
        HostFile.CreatePrivateFolder(root.Resolve(Folder));
        string time = DateTimeOffset.UtcNow.ToString("yyyyMMdd'T'HHmmss.fff'Z'", CultureInfo.InvariantCulture);
        string path = string.Create(CultureInfo.InvariantCulture, $"{Folder}/{vmid}-{time}{Extension}");
        HostFile.Replace(root.Resolve(path), volume, Mode);
        return path;
    }

    /// <summary>Reads a backup.</summary>
    /// <exception cref="HostException">It cannot be read.</exception>
    public byte[] Read(string path) => HostFile.ReadAll(root.Resolve(path), MaximumSize, followLink: false);

    /// <summary>Marks that a write begins.</summary>
    /// <param name="backup">What the store is, kept.</param>
    /// <param name="volume">What it is to be.</param>
    /// <exception cref="HostException">It cannot be marked.</exception>
    internal void MarkPending(string backup, byte[] volume)
    {
        HostFile.Replace(New, volume, Mode);
        HostFile.Replace(Mark, Encoding.UTF8.GetBytes(Path.GetFileName(backup)), Mode);
    }

    /// <summary>Takes the mark away: the write is done, or undone.</summary>
    /// <exception cref="HostException">That cannot be synced.</exception>
    internal void Unmark()
    {
        HostFile.Remove(Mark);
        HostFile.Sync(root.Resolve(Folder));
        HostFile.Remove(New);
    }

    /// <summary>The backup of a write that was cut off, and what was to be written, where that is there.</summary>
    /// <exception cref="HostException">They cannot be read.</exception>
    internal (byte[] Before, byte[]? After) ReadPending()
    {
        byte[] name = HostFile.ReadAll(Mark, MaximumName, followLink: false);
        byte[] before = Read($"{Folder}/{Path.GetFileName(Encoding.UTF8.GetString(name))}");
        return (before, HostFile.ReadAllOrNull(New, MaximumSize, followLink: false));
    }
}
