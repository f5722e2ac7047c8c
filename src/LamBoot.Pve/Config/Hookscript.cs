using LamBoot.Linux;
using LamBoot.Linux.Files;
using LamBoot.Linux.Processes;
using LamBoot.Pve.Storage;

namespace LamBoot.Pve.Config;

/// <summary>
/// What is wrong with a hookscript. With any fault but the last two, Proxmox VE cannot run it, and does not start a VM that names it.
/// </summary>
public enum HookscriptFault
{
    /// <summary>It can run.</summary>
    None,

    /// <summary>It is not a snippets volume, or its storage's files have no path here.</summary>
    NoSnippet,

    /// <summary>Its storage is not in storage.cfg.</summary>
    StorageUnknown,

    /// <summary>Its storage is not mounted.</summary>
    StorageUnusable,

    /// <summary>The file does not exist.</summary>
    Missing,

    /// <summary>The file is not executable.</summary>
    NotExecutable,

    /// <summary>It runs, although its storage is disabled or not available on this node.</summary>
    StorageDisabled,

    /// <summary>It runs, although its storage's <c>content</c> lacks <c>snippets</c>: the web interface and pvesm do not list it.</summary>
    StorageWithoutSnippets,
}

/// <summary>
/// A hookscript as named in a configuration: <c>STORAGE:snippets/NAME</c> (pve-guest-common, GuestHelpers.pm, check_hookscript).
/// </summary>
/// <param name="volume">The volume.</param>
/// <param name="path">Its file, as seen by the host; null if unknown.</param>
/// <param name="fault">What is wrong with it.</param>
/// <param name="reason">The fault in words; empty if there is none.</param>
/// <param name="fix">How to fix it; null if that depends on what was meant.</param>
public sealed class Hookscript(string volume, string? path, HookscriptFault fault, string reason, string? fix = null)
{
    /// <summary>The volume.</summary>
    public string Volume => volume;

    /// <summary>Its file, as seen by the host; null if unknown.</summary>
    public string? Path => path;

    /// <summary>What is wrong with it.</summary>
    public HookscriptFault Fault => fault;

    /// <summary>The fault in words; empty if there is none.</summary>
    public string Reason => reason;

    /// <summary>How to fix it; null if that depends on what was meant.</summary>
    public string? Fix => fix;

    /// <summary>The fault and how to fix it, for a line that says nothing else about it.</summary>
    public string ReasonAndFix => fix is null ? reason : $"{reason}; {fix}";

    /// <summary>Whether Proxmox VE runs it, which depends neither on what the storage may hold nor on which nodes may use it.</summary>
    public bool IsRunnable =>
        Fault is HookscriptFault.None or HookscriptFault.StorageDisabled or HookscriptFault.StorageWithoutSnippets;

    /// <summary>Runs it to completion, for at most 5 s.</summary>
    /// <param name="root">The host.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <returns>The first 64 KiB of its standard output.</returns>
    /// <exception cref="HostException">It failed or did not end in time.</exception>
    public string Run(HostRoot root, params string[] arguments) => ChildProcess.Run(root.Resolve(Path!), arguments);

    /// <summary>Finds a hookscript on this node.</summary>
    /// <param name="root">The host.</param>
    /// <param name="volume">The volume.</param>
    /// <exception cref="HostException">storage.cfg cannot be read, or the file cannot be examined.</exception>
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
            return new(volume, null, HookscriptFault.NoSnippet, "it is not a volume of the form STORAGE:snippets/NAME");
        }

        string id = parts[0];
        if (StorageConfig.Read(root).Find(id) is not { } storage)
        {
            return new(volume, null, HookscriptFault.StorageUnknown, $"storage '{id}' is not in /etc/pve/storage.cfg");
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

    private static Hookscript WithFile(HostRoot root, string volume, StorageSection storage, string path)
    {
        if (storage.MountPoint is { } mounted && !FileQuery.IsMountPoint(root.Resolve(mounted)))
        {
            string reason = $"storage '{storage.Id}': {mounted} is not mounted";
            return new(volume, path, HookscriptFault.StorageUnusable, reason);
        }

        FileStatus file = FileStatus.OfTargetOrMissing(root.Resolve(path));
        if (!file.IsRegular)
        {
            return new(volume, path, HookscriptFault.Missing, $"there is no {path}", "put it there");
        }

        if (!file.IsExecutableByOwner)
        {
            return new(volume, path, HookscriptFault.NotExecutable, $"{path} is not executable", $"chmod 0755 {path}");
        }

        if (storage.WhyUnusableOn(Node.Name(root)) is { } unusable)
        {
            string reason = $"storage '{storage.Id}' is {unusable}; VMs start anyway";
            return new(volume, path, HookscriptFault.StorageDisabled, reason);
        }

        return storage.Holds("snippets")
            ? new(volume, path, HookscriptFault.None, "")
            : WithoutSnippets(volume, path, storage);
    }

    private static Hookscript WithoutSnippets(string volume, string path, StorageSection storage)
    {
        string content = storage.Content == "none" ? "snippets" : $"{storage.Content},snippets";
        return new(
            volume,
            path,
            HookscriptFault.StorageWithoutSnippets,
            $"storage '{storage.Id}' does not allow snippets: VMs start anyway, but the web interface does not list it",
            $"to allow them: pvesm set {storage.Id} --content {content}"
        );
    }

    private static bool IsFileName(string name) =>
        name.Length > 0
        && name is not ("." or "..")
        && !name.Contains('/', StringComparison.Ordinal)
        && !Array.Exists(name.ToCharArray(), char.IsControl);
}
