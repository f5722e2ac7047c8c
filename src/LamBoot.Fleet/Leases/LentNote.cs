using System.Globalization;
using System.Text;
using LamBoot.Fleet.Config;
using LamBoot.Linux;
using LamBoot.Linux.Files;
using LamBoot.Linux.Libc;
using LamBoot.Pve.Config;

namespace LamBoot.Fleet.Leases;

/// <summary>Which VM's identity files a VM's start was lent, noted before they are: <c>state/VMID.lent</c>.</summary>
internal sealed class LentNote(HostRoot root, FleetConfig fleet, int vmid)
{
    private const int Mode = Permissions.OwnerOnly;
    private const int MaximumSize = 16;

    private readonly string _path = root.Resolve(fleet.StatePath(vmid, LamBootPaths.LentSuffix));

    /// <summary>Whether there is one.</summary>
    /// <exception cref="HostException">It cannot be told.</exception>
    public bool Exists() => FileQuery.Exists(_path);

    /// <summary>The VM whose files they are; null where there is none.</summary>
    /// <exception cref="HostException">It cannot be read.</exception>
    public int? Read()
    {
        byte[]? note = FileReader.ReadAllOrNull(_path, MaximumSize, followLink: false);
        return note is not null && Vmid.TryParse(Encoding.ASCII.GetString(note), out int owner) ? owner : null;
    }

    /// <summary>Notes a VM.</summary>
    /// <exception cref="HostException">It cannot be written.</exception>
    public void Write(int owner)
    {
        string text = owner.ToString(CultureInfo.InvariantCulture);
        AtomicFile.Replace(_path, Encoding.ASCII.GetBytes(text), Mode, LamBootPaths.Temporary);
    }

    /// <summary>Removes it.</summary>
    /// <exception cref="HostException">It may be there still.</exception>
    public void Delete() => AtomicFile.Delete(_path);
}
