using System.Globalization;
using LamBoot.Linux.Files;

namespace LamBoot.Pve.Store;

/// <summary>What a VM's variable store was once.</summary>
/// <param name="path">Its file, as the host sees it.</param>
public sealed class StoreBackup(string path)
{
    internal const string TimeFormat = "yyyyMMdd'T'HHmmss.fff'Z'";
    internal const string Extension = ".fd";
    internal const string OfRestore = "-restore";

    /// <summary>Its file, as the host sees it.</summary>
    public string Path => path;

    /// <summary>The file's name.</summary>
    public string Name => System.IO.Path.GetFileName(Path);

    /// <summary>Whether a restore kept it, and no change: what was undone, and is not brought back unless it is asked for.</summary>
    public bool IsOfRestore => Name.EndsWith(OfRestore + Extension, StringComparison.Ordinal);

    /// <summary>When it was kept; null where its name does not say.</summary>
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
/// <param name="folder">The folder, as the host sees it; nobody but root may look into it.</param>
/// <param name="temporary">How files are named while they are written.</param>
public sealed class BackupPlace(string folder, TemporaryFiles temporary)
{
    /// <summary>The folder, as the host sees it.</summary>
    public string Folder => folder;

    /// <summary>How files are named while they are written.</summary>
    public TemporaryFiles Temporary => temporary;
}
