using System.Globalization;

namespace LamBoot.Pve;

/// <summary>
/// What VMs' variable stores were before we changed them: <c>/var/lib/lamboot/backup/VMID-TIME.fd</c>, the bytes of the firmware
/// volume. While a device is being written, <c>VMID.pending</c> names the backup to put back should we be killed.
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

    /// <summary>Marks that a write begins, or that it is done (null).</summary>
    /// <exception cref="HostException">It cannot be marked.</exception>
    internal void MarkPending(string? backup)
    {
        if (backup is null)
        {
            HostFile.Remove(Mark);
            HostFile.Sync(root.Resolve(Folder));
        }
        else
        {
            HostFile.Replace(Mark, System.Text.Encoding.UTF8.GetBytes(Path.GetFileName(backup)), Mode);
        }
    }

    /// <summary>The backup of a write that was cut off.</summary>
    /// <exception cref="HostException">The mark cannot be read.</exception>
    internal byte[] ReadPending()
    {
        byte[] name = HostFile.ReadAll(Mark, MaximumName, followLink: false);
        return Read($"{Folder}/{Path.GetFileName(System.Text.Encoding.UTF8.GetString(name))}");
    }
}
