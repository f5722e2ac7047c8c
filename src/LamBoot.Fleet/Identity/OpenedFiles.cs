using LamBoot.Fleet.Config;
using LamBoot.Linux;
using LamBoot.Linux.Files;
using LamBoot.Pve.Config;

namespace LamBoot.Fleet.Identity;

/// <summary>The identity files that a start's QEMU opens, by the args that it starts with.</summary>
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

    /// <summary>The VMs whose files they are.</summary>
    public List<int> Owners => _owners;

    /// <summary>Those that are no identity files of <c>config_dir</c>.</summary>
    public List<string> Outside { get; }

    /// <summary>Whether some are SMBIOS strings.</summary>
    public bool HasStrings { get; }

    /// <summary>The VM whose files they are; null for none, and for those of several.</summary>
    public int? Owner => _owners is [int owner] ? owner : null;

    /// <summary>The files that some args name. Args with a fault Proxmox VE drops.</summary>
    public static OpenedFiles Of(ArgsLine args, FleetConfig fleet) =>
        new(ChannelItems.In(args), file => OwnerOf(file, fleet));

    /// <summary>
    /// The same, where a path may lead to <c>config_dir</c> by another way: over a link, or spelt otherwise. QEMU opens the same file.
    /// </summary>
    /// <exception cref="HostException">It cannot be told.</exception>
    public static OpenedFiles Of(List<ChannelItem> items, FleetConfig fleet, HostRoot root) =>
        new(items, file => OwnerOf(file, fleet) ?? OwnerByAlias(file, fleet, root));

    /// <summary>The VM whose identity file a path is: <c>config_dir/VMID.json</c>, or one of its strings. Null for any other path.</summary>
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

    /// <summary>Whether some are a VM's.</summary>
    public bool AreOf(int vmid) => _owners.Contains(vmid);

    /// <summary>Whether they are another VM's: the VM is a clone that has not started yet.</summary>
    public bool IsOfAnother(int vmid) => Owner is { } owner && owner != vmid;

    private static int? OwnerByAlias(string path, FleetConfig fleet, HostRoot root) =>
        Path.GetDirectoryName(path) is { Length: > 0 } folder
        && FileQuery.IsSameFolder(root.Resolve(folder), root.Resolve(fleet.ConfigDir))
            ? OwnerOf($"{fleet.ConfigDir.TrimEnd('/')}/{Path.GetFileName(path)}", fleet)
            : null;
}
