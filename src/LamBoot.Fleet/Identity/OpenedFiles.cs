using LamBoot.Fleet.Config;
using LamBoot.Linux;
using LamBoot.Linux.Files;
using LamBoot.Pve.Config;

namespace LamBoot.Fleet.Identity;

/// <summary>The identity files that a start's QEMU opens, according to its args.</summary>
public sealed class OpenedFiles
{
    private readonly List<int> _owners = [];

    private OpenedFiles(List<ChannelItem> items, Func<string, int?> ownerOf)
    {
        List<string> outside = [];
        foreach (ChannelItem item in items)
        {
            HasStrings |= item.Channel == Channel.Smbios;
            foreach (string file in item.Files)
            {
                if (ownerOf(file) is not { } owner)
                {
                    if (!outside.Contains(file))
                    {
                        outside.Add(file);
                    }
                }
                else if (!AreOf(owner))
                {
                    _owners.Add(owner);
                }
            }
        }

        Outside = outside;
    }

    /// <summary>The VMs that own the files.</summary>
    public List<int> Owners => _owners;

    /// <summary>The files that are not identity files in <c>config_dir</c>.</summary>
    public List<string> Outside { get; }

    /// <summary>Whether any of the files are SMBIOS strings.</summary>
    public bool HasStrings { get; }

    /// <summary>The VM that owns the files; null if there is none or more than one.</summary>
    public int? Owner => _owners is [int owner] ? owner : null;

    /// <summary>Finds the files named in an args line. Proxmox VE drops args with a fault.</summary>
    public static OpenedFiles Of(ArgsLine args, FleetConfig fleet) =>
        new(ChannelItems.In(args), file => OwnerOf(file, fleet));

    /// <summary>
    /// Does the same, and also recognizes a path that leads to <c>config_dir</c> another way, through a link or in another spelling: QEMU
    /// opens the same file.
    /// </summary>
    /// <exception cref="HostException">It cannot be determined.</exception>
    public static OpenedFiles Of(List<ChannelItem> items, FleetConfig fleet, HostRoot root) =>
        new(items, file => OwnerOf(file, fleet) ?? OwnerByAlias(file, fleet, root));

    /// <summary>The VM that owns an identity file: <c>config_dir/VMID.json</c>, or one of its strings. Null for any other path.</summary>
    public static int? OwnerOf(string path, FleetConfig fleet)
    {
        bool isNumbered = Vmid.TryParse(Path.GetFileNameWithoutExtension(path.AsSpan()), out int owner);
        return isNumbered && IsOf(owner, path, fleet) ? owner : null;
    }

    private static bool IsOf(int owner, string path, FleetConfig fleet)
    {
        bool isOf = path == fleet.DocumentPath(owner);
        foreach (IdentityString part in IdentityStrings.All)
        {
            isOf = isOf || path == fleet.StringPath(owner, part);
        }

        return isOf;
    }

    /// <summary>Whether a VM owns any of the files.</summary>
    public bool AreOf(int vmid) => _owners.Contains(vmid);

    /// <summary>Whether another VM owns the files: the VM is a clone that has not started yet.</summary>
    public bool IsOfAnother(int vmid) => Owner is { } owner && owner != vmid;

    private static int? OwnerByAlias(string path, FleetConfig fleet, HostRoot root) =>
        Path.GetDirectoryName(path) is { Length: > 0 } folder
        && FileQuery.IsSameFolder(root.Resolve(folder), root.Resolve(fleet.ConfigDir))
            ? OwnerOf($"{fleet.ConfigDir.TrimEnd('/')}/{Path.GetFileName(path)}", fleet)
            : null;
}
