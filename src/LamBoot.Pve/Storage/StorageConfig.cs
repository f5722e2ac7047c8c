using System.Text;
using LamBoot.Linux;
using LamBoot.Linux.Files;

namespace LamBoot.Pve.Storage;

/// <summary>A storage in <c>storage.cfg</c>.</summary>
/// <param name="type">Its type: <c>dir</c>, <c>nfs</c>, <c>lvmthin</c>, ….</param>
/// <param name="id">Its ID.</param>
/// <param name="properties">Its properties, by key.</param>
public sealed class StorageSection(string type, string id, IReadOnlyDictionary<string, string> properties)
{
    /// <summary>Its type: <c>dir</c>, <c>nfs</c>, <c>lvmthin</c>, ….</summary>
    public string Type => type;

    /// <summary>Its ID.</summary>
    public string Id => id;

    /// <summary>Its properties, by key.</summary>
    public IReadOnlyDictionary<string, string> Properties => properties;

    /// <summary>A property, or null.</summary>
    public string? Get(string key) => Properties.GetValueOrDefault(key);

    /// <summary>
    /// The content that it may hold as stated in the file, else the default in the plugins' plugindata: images and containers.
    /// </summary>
    internal string Content => Get("content") ?? "images,rootdir";

    /// <summary>
    /// Whether it may hold some content (<c>images</c>, <c>snippets</c>, …). The default is images and containers (the plugins'
    /// plugindata).
    /// </summary>
    public bool Holds(string content) => Content.Split([',', ' ', ';']).Contains(content);

    /// <summary>The folder for some content: named like it, unless <c>content-dirs snippets=some/dir,…</c> moves it.</summary>
    internal string FolderOf(string content)
    {
        string key = content + "=";
        string? moved = Array.Find(
            (Get("content-dirs") ?? "").Split(',', StringSplitOptions.TrimEntries),
            entry => entry.StartsWith(key, StringComparison.Ordinal)
        );
        return $"{Folder}/{(moved is null ? content : moved[key.Length..].Trim('/'))}";
    }

    /// <summary>Whether its volumes are files in a folder.</summary>
    internal bool IsOfFiles => Type is "dir" or "nfs" or "cifs" or "cephfs" or "btrfs";

    /// <summary>The folder of a file-based storage: <c>path</c>, or where Proxmox VE mounts a network storage by default.</summary>
    internal string Folder =>
        (Type is "nfs" or "cifs" or "cephfs" ? Get("path") ?? $"/mnt/pve/{Id}" : Require("path")).TrimEnd('/');

    /// <summary>
    /// Where a file system must be mounted for the storage to be available; null if none has to be. For a directory, <c>is_mountpoint</c>
    /// says so: yes, or the path (DirPlugin.pm, parse_is_mountpoint).
    /// </summary>
    internal string? MountPoint =>
        Type is "nfs" or "cifs" or "cephfs"
            ? Folder
            : Get("is_mountpoint")?.ToLowerInvariant() switch
            {
                null or "" or "0" or "no" or "off" or "false" => null,
                "1" or "yes" or "on" or "true" => Folder,
                _ => Get("is_mountpoint"),
            };

    /// <summary>A property that is required for this type of storage.</summary>
    /// <exception cref="HostException">It is missing.</exception>
    internal string Require(string key) =>
        Get(key) ?? throw new HostException($"storage '{Id}' has no {key} in /etc/pve/storage.cfg");

    /// <summary>Why a node may not use it: it is <c>disabled</c>, or restricted to other <c>nodes</c>. Null if the node may.</summary>
    internal string? WhyUnusableOn(string node) =>
        Get("disable") is { } disable && disable != "0" ? "disabled"
        : Get("nodes") is { Length: > 0 } nodes && !nodes.Split([',', ' ']).Contains(node)
            ? $"not available on node '{node}'"
        : null;
}

/// <summary><c>/etc/pve/storage.cfg</c> (pve-common, SectionConfig.pm; pve-storage, Plugin.pm).</summary>
public sealed class StorageConfig
{
    private const int MaximumSize = 1 << 20;

    private readonly Dictionary<string, StorageSection> _storages = [];

    /// <summary>Reads the host's storages. Without the file, there is only the built-in <c>local</c>.</summary>
    /// <exception cref="HostException">The file cannot be read.</exception>
    public static StorageConfig Read(HostRoot root)
    {
        byte[]? bytes = FileReader.ReadAllOrNull(root.Resolve("/etc/pve/storage.cfg"), MaximumSize);
        return new(Encoding.UTF8.GetString(bytes ?? []));
    }

    /// <summary>Parses the text of the file.</summary>
    public StorageConfig(string text)
    {
        Dictionary<string, string>? properties = null;
        foreach (string line in text.Split('\n'))
        {
            string content = line.Trim();
            if (content.Length == 0)
            {
                properties = null; // a blank line ends a section
            }
            else if (content[0] != '#')
            {
                properties = char.IsWhiteSpace(line[0]) ? Add(properties, content) : Begin(content);
            }
        }

        _storages["local"] = Local(_storages.GetValueOrDefault("local"));
    }

    /// <summary>
    /// Whatever the file says, <c>local</c> is this directory, on every node. An entry with another type or path is ignored (Plugin.pm,
    /// parse_config).
    /// </summary>
    private static StorageSection Local(StorageSection? said)
    {
        const string Path = "/var/lib/vz";
        bool counts = said is { Type: "dir" } && (said.Get("path")?.TrimEnd('/') ?? Path) == Path;
        Dictionary<string, string> local = counts
            ? new(said!.Properties)
            : new() { ["content"] = "backup,images,iso,rootdir,snippets,vztmpl" };
        local["path"] = Path;
        local.Remove("nodes");
        return new("dir", "local", local);
    }

    /// <summary>The storages, in no particular order.</summary>
    internal IEnumerable<StorageSection> All => _storages.Values;

    /// <summary>The storage with an ID, or null.</summary>
    public StorageSection? Find(string id) => _storages.GetValueOrDefault(id);

    private Dictionary<string, string>? Begin(string header)
    {
        int colon = header.IndexOf(':', StringComparison.Ordinal);
        string id = header[(colon + 1)..].Trim();
        if (colon <= 0 || id.Length == 0)
        {
            return null;
        }

        Dictionary<string, string> properties = [];
        _storages[id] = new(header[..colon], id, properties);
        return properties;
    }

    private static Dictionary<string, string>? Add(Dictionary<string, string>? properties, string content)
    {
        int end = content.AsSpan().IndexOfAny(' ', '\t');
        properties?.TryAdd(end < 0 ? content : content[..end], end < 0 ? "" : content[end..].Trim());
        return properties;
    }
}
