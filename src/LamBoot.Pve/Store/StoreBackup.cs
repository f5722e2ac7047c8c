using System.Globalization;
using LamBoot.Linux.Files;

namespace LamBoot.Pve.Store;

/// <summary>A backup of a VM's variable store.</summary>
/// <param name="path">Its file, as seen by the host.</param>
public sealed class StoreBackup(string path)
{
    internal const string TimeFormat = "yyyyMMdd'T'HHmmss.fff'Z'";
    internal const string Extension = ".fd";
    internal const string OfRestore = "-restore";

    /// <summary>Its file, as seen by the host.</summary>
    public string Path => path;

    /// <summary>The file's name.</summary>
    public string Name => System.IO.Path.GetFileName(Path);

    /// <summary>
    /// Whether it was saved by a restore rather than by a change: such a backup is what was undone, and is restored only on request.
    /// </summary>
    public bool IsOfRestore => Name.EndsWith(OfRestore + Extension, StringComparison.Ordinal);

    /// <summary>When it was saved; null if its name does not say.</summary>
    public DateTimeOffset? Time
    {
        get
        {
            string[] parts = System.IO.Path.GetFileNameWithoutExtension(Name).Split('-');
            const DateTimeStyles Utc = DateTimeStyles.AssumeUniversal;
            bool isTime = DateTimeOffset.TryParseExact(
                parts.Length > 1 ? parts[1] : "",
                TimeFormat,
                CultureInfo.InvariantCulture,
                Utc,
                out DateTimeOffset time
            );
            return isTime ? time : null;
        }
    }
}

/// <summary>Where backups of stores are kept.</summary>
/// <param name="folder">The folder, as seen by the host; only root may access it.</param>
/// <param name="temporary">The name pattern of files being written.</param>
public sealed class BackupPlace(string folder, TemporaryFiles temporary)
{
    /// <summary>The folder, as seen by the host.</summary>
    public string Folder => folder;

    /// <summary>The name pattern of files being written.</summary>
    public TemporaryFiles Temporary => temporary;
}
