using LamBoot.Fleet.Config;
using LamBoot.Linux;
using LamBoot.Linux.Files;
using LamBoot.Pve.Config;

namespace LamBoot.Fleet.Identity;

/// <summary>The identity document that a start's QEMU opens, by the args that it starts with.</summary>
/// <param name="Path">The document as QEMU sees it; null where the guest is given none.</param>
/// <param name="Owner">The VM whose it is; null for one that is no document of <c>config_dir</c>.</param>
public readonly record struct OpenedDocument(string? Path, int? Owner)
{
    /// <summary>The document that some args name. Args with a fault Proxmox VE drops; of two items QEMU refuses the second.</summary>
    public static OpenedDocument Of(ArgsLine args, FleetConfig fleet) =>
        args is { Fault: null, Files: [{ } file, ..] } ? new(file, OwnerOf(file, fleet)) : default;

    /// <summary>
    /// The same, where the path may lead to <c>config_dir</c> by another way: over a link, or spelt otherwise. QEMU opens the same file.
    /// </summary>
    /// <exception cref="HostException">It cannot be told.</exception>
    public static OpenedDocument Of(ArgsLine args, FleetConfig fleet, HostRoot root)
    {
        OpenedDocument opened = Of(args, fleet);
        bool isAlias =
            opened is { Path: { } path, Owner: null }
            && System.IO.Path.GetDirectoryName(path) is { Length: > 0 } folder
            && HostFile.IsSameFolder(root.Resolve(folder), root.Resolve(fleet.ConfigDir));
        return isAlias
            ? opened with
            {
                Owner = OwnerOf(fleet.ConfigDir.TrimEnd('/') + "/" + System.IO.Path.GetFileName(opened.Path!), fleet),
            }
            : opened;
    }

    /// <summary>The VM whose document a path is: <c>config_dir/VMID.json</c> and nothing else. Null for any other path.</summary>
    public static int? OwnerOf(string path, FleetConfig fleet) =>
        Vmid.TryParse(System.IO.Path.GetFileNameWithoutExtension(path.AsSpan()), out int owner)
        && path == fleet.DocumentPath(owner)
            ? owner
            : null;

    /// <summary>Whether it is another VM's: the VM is a clone that has not started yet.</summary>
    public bool IsOfAnother(int vmid) => Owner is { } owner && owner != vmid;
}
