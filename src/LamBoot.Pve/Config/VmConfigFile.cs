using LamBoot.Linux;
using LamBoot.Linux.Files;
using LamBoot.Linux.Processes;
using LamBoot.Pve.Store;

namespace LamBoot.Pve.Config;

/// <summary>The result of editing a configuration.</summary>
public enum ConfigEdit
{
    /// <summary>It needed no change.</summary>
    Unchanged,

    /// <summary>It was replaced.</summary>
    Replaced,

    /// <summary>Someone else changed it meanwhile; their version was kept.</summary>
    Raced,
}

/// <summary>The file of a VM's configuration on this node.</summary>
public sealed class VmConfigFile
{
    // pmxcfs accepts no larger file (EFBIG).
    private const int MaximumSize = 1 << 20;

    // While a file on pmxcfs is being replaced, a reader may briefly get ENOENT.
    private static readonly TimeSpan ReplacedWait = TimeSpan.FromMilliseconds(20);

    private readonly byte[] _bytes;

    private VmConfigFile(string path, byte[] bytes)
    {
        Path = path;
        _bytes = bytes;
        Config = new(bytes);
    }

    /// <summary>The file's path.</summary>
    public string Path { get; }

    /// <summary>Its content.</summary>
    public VmConfig Config { get; }

    /// <summary>Opens the configuration of a VM.</summary>
    /// <param name="root">The host.</param>
    /// <param name="vmid">The VM.</param>
    /// <param name="node">The source node of an incoming migration, whose folder still has the file; otherwise null.</param>
    /// <returns>The configuration, or null if there is none.</returns>
    /// <exception cref="HostException">It exists but cannot be read.</exception>
    public static VmConfigFile? Open(HostRoot root, int vmid, string? node = null)
    {
        string folder = Folder(node);
        string path = root.Resolve($"{folder}/{vmid}.conf");
        byte[]? bytes = null;
        Wait.Until(
            () =>
                (bytes = FileReader.ReadAllOrNull(path, MaximumSize)) is not null
                || !FileQuery.IsFolder(root.Resolve(folder)),
            ReplacedWait
        );
        return bytes is null ? null : new(path, bytes);
    }

    /// <summary>
    /// A stamp that tells whether a VM's configuration has changed; null if only reading can tell, for example right after a change.
    /// </summary>
    public static string? Stamp(HostRoot root, int vmid)
    {
        try
        {
            return ImageStamp.OfFile(root.Resolve($"{Folder(null)}/{vmid}.conf"))?.ToString();
        }
        catch (HostException)
        {
            return null; // reading it reports why
        }
    }

    /// <summary>Removes temporary files of killed edits of a VM's configuration.</summary>
    public static void RemoveLeftOvers(HostRoot root, int vmid, TemporaryFiles temporary) =>
        temporary.RemoveLeftOvers(root.Resolve($"/etc/pve/qemu-server/{vmid}.conf"));

    /// <summary>Whether a VMID belongs to a container.</summary>
    public static bool IsContainer(HostRoot root, int vmid) =>
        FileQuery.Exists(root.Resolve($"/etc/pve/lxc/{vmid}.conf"));

    /// <summary>Why there is no VM configuration for a VMID on this node, and what to do.</summary>
    /// <exception cref="HostException">No VM has one: the host's configuration is missing.</exception>
    public static string WhyNone(HostRoot root, int vmid)
    {
        _ = List(root);
        return IsContainer(root, vmid)
            ? $"{vmid} is a container: it has no UEFI firmware"
            : $"no VM {vmid} on this node (/etc/pve/qemu-server/{vmid}.conf); qm list shows the VMs here";
    }

    /// <summary>
    /// Lists the VMs that have a configuration on a node, in order; other files in the folder are ignored. An empty list is a valid answer,
    /// a missing folder is not: if pmxcfs is not mounted, nothing is known about this node's VMs.
    /// </summary>
    /// <param name="root">The host.</param>
    /// <param name="node">The node; null for this one.</param>
    /// <exception cref="HostException">The folder is missing or cannot be read.</exception>
    public static IReadOnlyList<int> List(HostRoot root, string? node = null) => In(root.Resolve(Folder(node)));

    /// <summary>Lists the containers of this node, in order; none if their folder is missing.</summary>
    /// <param name="root">The host.</param>
    /// <exception cref="HostException">The folder cannot be read.</exception>
    public static IReadOnlyList<int> Containers(HostRoot root)
    {
        string folder = root.Resolve("/etc/pve/lxc");
        return FileQuery.IsFolder(folder) ? In(folder) : [];
    }

    private static List<int> In(string folder)
    {
        const string Extension = ".conf";
        List<int> vmids = [];
        foreach (string name in Names(folder))
        {
            bool isConfig = name.EndsWith(Extension, StringComparison.Ordinal);
            if (isConfig && Vmid.TryParse(name.AsSpan(0, name.Length - Extension.Length), out int vmid))
            {
                vmids.Add(vmid);
            }
        }

        vmids.Sort();
        return vmids;
    }

    private static string Folder(string? node) =>
        node is null ? "/etc/pve/qemu-server" : $"/etc/pve/nodes/{node}/qemu-server";

    private static List<string> Names(string folder)
    {
        try
        {
            return HostFolder.Names(folder);
        }
        catch (HostException e)
        {
            throw e.With($"cannot read {folder}", "; is pve-cluster running? (systemctl status pve-cluster)");
        }
    }

    /// <summary>
    /// Edits the args line and a pending one that will replace it; a line with a fault stays. The caller holds the VM's
    /// <see cref="ConfigLock"/>.
    /// </summary>
    /// <param name="edit">Returns the line as it should be.</param>
    /// <param name="temporary">The name pattern of the temporary file that replaces it.</param>
    /// <exception cref="HostException">The file cannot be replaced; it is unchanged.</exception>
    public ConfigEdit EditArgs(Func<ArgsLine, ArgsLine> edit, TemporaryFiles temporary)
    {
        byte[] edited = WithArgs(edit);
        if (edited.AsSpan().SequenceEqual(_bytes))
        {
            return ConfigEdit.Unchanged;
        }

        try
        {
            bool replaced = AtomicFile.Replace(Path, edited, mode: null, temporary, IsAsRead);
            return replaced ? ConfigEdit.Replaced : ConfigEdit.Raced;
        }
        catch (HostException e) when (e.Kind == HostErrorKind.AccessDenied)
        {
            // pmxcfs returns EACCES if the cluster has no quorum; root gets it nowhere else.
            throw e.With(fix: " (no quorum? check with: pvecm status)");
        }
    }

    /// <summary>Whether <see cref="EditArgs"/> has anything to do.</summary>
    public bool NeedsArgs(Func<ArgsLine, ArgsLine> edit) => !WithArgs(edit).AsSpan().SequenceEqual(_bytes);

    private byte[] WithArgs(Func<ArgsLine, ArgsLine> edit)
    {
        byte[] edited = Config.Args is { Fault: null } args ? Config.WithArgs(edit(args)) : _bytes;
        return Config.PendingArgs is { Fault: null } pending
            ? new VmConfig(edited).WithPendingArgs(edit(pending))
            : edited;
    }

    private bool IsAsRead() =>
        FileReader.ReadAllOrNull(Path, MaximumSize) is { } now && now.AsSpan().SequenceEqual(_bytes);
}
