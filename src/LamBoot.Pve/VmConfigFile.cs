namespace LamBoot.Pve;

/// <summary>What came of an edit of a configuration.</summary>
public enum ConfigEdit
{
    /// <summary>It was as it should be.</summary>
    Unchanged,

    /// <summary>It was replaced.</summary>
    Replaced,

    /// <summary>Somebody else changed it meanwhile; theirs was kept.</summary>
    Raced,
}

/// <summary>The file of a VM's configuration on this node.</summary>
public sealed class VmConfigFile
{
    // pmxcfs itself takes no larger file (EFBIG).
    private const int MaximumSize = 1 << 20;

    // Replacing a file on pmxcfs lets a reader meet ENOENT for an instant.
    private const int ReadAttempts = 10;
    private const int ReadRetryMilliseconds = 2;

    private readonly byte[] _bytes;

    private VmConfigFile(string path, byte[] bytes)
    {
        Path = path;
        _bytes = bytes;
        Config = new(bytes);
    }

    /// <summary>Where the file is.</summary>
    public string Path { get; }

    /// <summary>Its content.</summary>
    public VmConfig Config { get; }

    /// <summary>Opens the configuration of a VM.</summary>
    /// <param name="root">The host.</param>
    /// <param name="vmid">The VM.</param>
    /// <param name="node">The node that an incoming migration comes from: the file is in its folder still. Else null.</param>
    /// <returns>The configuration, or null where there is none.</returns>
    /// <exception cref="HostException">It is there and cannot be read.</exception>
    public static VmConfigFile? Open(HostRoot root, int vmid, string? node = null)
    {
        string folder = node is null ? "/etc/pve/qemu-server" : $"/etc/pve/nodes/{node}/qemu-server";
        string path = root.Resolve($"{folder}/{vmid}.conf");
        byte[]? bytes = HostFile.ReadAllOrNull(path, MaximumSize);
        for (
            int attempt = 1;
            bytes is null && attempt < ReadAttempts && Directory.Exists(root.Resolve(folder));
            attempt++
        )
        {
            Thread.Sleep(ReadRetryMilliseconds);
            bytes = HostFile.ReadAllOrNull(path, MaximumSize);
        }

        return bytes is null ? null : new(path, bytes);
    }

    /// <summary>Whether a VMID is a container's.</summary>
    public static bool IsContainer(HostRoot root, int vmid) => File.Exists(root.Resolve($"/etc/pve/lxc/{vmid}.conf"));

    /// <summary>The VMs that have a configuration on this node, in order. Other files of that folder do not count.</summary>
    public static IReadOnlyList<int> List(HostRoot root)
    {
        string folder = root.Resolve("/etc/pve/qemu-server");
        if (!Directory.Exists(folder))
        {
            return [];
        }

        List<int> vmids = [];
        foreach (string path in Directory.EnumerateFiles(folder, "*.conf"))
        {
            if (Vmid.TryParse(System.IO.Path.GetFileNameWithoutExtension(path.AsSpan()), out int vmid))
            {
                vmids.Add(vmid);
            }
        }

        vmids.Sort();
        return vmids;
    }

    /// <summary>Replaces the args line. The caller has the VM's <see cref="ConfigLock"/>.</summary>
    /// <exception cref="HostException">The file cannot be replaced; it is as it was.</exception>
    public ConfigEdit SetArgs(ArgsLine args)
    {
        byte[] edited = Config.WithArgs(args);
        if (edited.AsSpan().SequenceEqual(_bytes))
        {
            return ConfigEdit.Unchanged;
        }

        bool replaced = HostFile.Replace(Path, edited, mode: null, IsAsRead);
        return replaced ? ConfigEdit.Replaced : ConfigEdit.Raced;
    }

    private bool IsAsRead() =>
        HostFile.ReadAllOrNull(Path, MaximumSize) is { } now && now.AsSpan().SequenceEqual(_bytes);
}
