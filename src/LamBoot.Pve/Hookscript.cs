namespace LamBoot.Pve;

/// <summary>Why a hookscript cannot be run. Proxmox VE does not start a VM that names such a one.</summary>
public enum HookscriptFault
{
    /// <summary>It can be run.</summary>
    None,

    /// <summary>It is no volume of snippets, or of a storage whose files have no path here.</summary>
    NoSnippet,

    /// <summary>Its storage is not in storage.cfg.</summary>
    StorageUnknown,

    /// <summary>Its storage is disabled, not for this node, or not mounted.</summary>
    StorageUnusable,

    /// <summary>Its storage's <c>content</c> lacks <c>snippets</c>.</summary>
    StorageWithoutSnippets,

    /// <summary>The file is not there.</summary>
    Missing,

    /// <summary>The file is not executable.</summary>
    NotExecutable,
}

/// <summary>
/// A hookscript as a configuration names it: <c>STORAGE:snippets/NAME</c> (pve-guest-common, GuestHelpers.pm, check_hookscript).
/// </summary>
/// <param name="Volume">The volume.</param>
/// <param name="Path">Its file, as the host sees it; null where that is not known.</param>
/// <param name="Fault">Why it cannot be run.</param>
/// <param name="Reason">The fault in words, and its mend; empty without one.</param>
public sealed record Hookscript(string Volume, string? Path, HookscriptFault Fault, string Reason)
{
    /// <summary>Where the README and the package have ours.</summary>
    public const string Usual = "local:snippets/lamboot-hook";

    /// <summary>Whether a volume is our snippet, on whatever storage.</summary>
    public static bool IsOurs(string? volume) => volume?.EndsWith("/lamboot-hook", StringComparison.Ordinal) == true;

    /// <summary>Whether Proxmox VE would run it: it does not look at the storage's content then.</summary>
    public bool IsRunnable => Fault is HookscriptFault.None or HookscriptFault.StorageWithoutSnippets;

    /// <summary>Runs it to its end, 5 s at most.</summary>
    /// <param name="root">The host.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <returns>What it printed on standard output, the first 64 KiB.</returns>
    /// <exception cref="HostException">It failed, or did not end in time.</exception>
    public string Run(HostRoot root, params string[] arguments) => ChildProcess.Run(root.Resolve(Path!), arguments);

    /// <summary>Finds a hookscript on this node.</summary>
    /// <param name="root">The host.</param>
    /// <param name="volume">The volume.</param>
    /// <exception cref="HostException">storage.cfg cannot be read.</exception>
    public static Hookscript Find(HostRoot root, string volume)
    {
        string[] parts = volume.Split(':', 2);
        const string Folder = "snippets/";
        bool isSnippet =
            parts.Length == 2
            && parts[1].StartsWith(Folder, StringComparison.Ordinal)
            && IsFileName(parts[1][Folder.Length..]);
        if (!isSnippet)
        {
            return new(volume, null, HookscriptFault.NoSnippet, "it is no volume of the form STORAGE:snippets/NAME");
        }

        string id = parts[0];
        if (StorageConfig.Read(root).Find(id) is not { } storage)
        {
            return new(volume, null, HookscriptFault.StorageUnknown, $"storage '{id}' is not in /etc/pve/storage.cfg");
        }

        if (storage.WhyUnusableOn(Node.Name(root)) is { } unusable)
        {
            return new(volume, null, HookscriptFault.StorageUnusable, $"storage '{id}' is {unusable}");
        }

        if (!storage.IsOfFiles)
        {
            return new(
                volume,
                null,
                HookscriptFault.NoSnippet,
                $"storage '{id}' of type {storage.Type} holds no files"
            );
        }

        return WithFile(root, volume, storage, $"{storage.FolderOf("snippets")}/{parts[1][Folder.Length..]}");
    }

    private static Hookscript WithFile(HostRoot root, string volume, Storage storage, string path)
    {
        if (storage.MountPoint is { } mounted && !HostFile.IsMountPoint(root.Resolve(mounted)))
        {
            string reason = $"storage '{storage.Id}': {mounted} is not mounted";
            return new(volume, path, HookscriptFault.StorageUnusable, reason);
        }

        if (!File.Exists(root.Resolve(path)))
        {
            string reason = $"there is no {path}: install the snippet there, or qm set VMID --delete hookscript";
            return new(volume, path, HookscriptFault.Missing, reason);
        }

        if ((File.GetUnixFileMode(root.Resolve(path)) & UnixFileMode.UserExecute) == 0)
        {
            return new(volume, path, HookscriptFault.NotExecutable, $"{path} is not executable: chmod 0755 {path}");
        }

        return storage.Holds("snippets")
            ? new(volume, path, HookscriptFault.None, "")
            : new(
                volume,
                path,
                HookscriptFault.StorageWithoutSnippets,
                $"storage '{storage.Id}' holds no snippets: pvesm set {storage.Id} --content {storage.Content},snippets"
            );
    }

    private static bool IsFileName(string name) =>
        name.Length > 0
        && name is not ("." or "..")
        && !name.Contains('/', StringComparison.Ordinal)
        && !name.Any(char.IsControl);
}
