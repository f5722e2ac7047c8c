using System.Globalization;
using System.Text;
using LamBoot.Fleet.Config;
using LamBoot.Linux;
using LamBoot.Linux.Files;
using LamBoot.Linux.Libc;
using LamBoot.Pve.Config;

namespace LamBoot.Fleet.Leases;

/// <summary>The note about whose identity files are lent to a VM's start, written before they are: <c>state/VMID.lent</c>.</summary>
/// <remarks>Not synced: after a power failure the lease is void, and the saved content of the files alone restores them.</remarks>
internal sealed class LentNote(HostRoot root, FleetConfig fleet, int vmid)
{
    private const int Mode = Permissions.OwnerOnly;
    private const int MaximumSize = 16;

    private readonly string _path = root.Resolve(fleet.StatePath(vmid, LamBootPaths.LentSuffix));

    /// <summary>Whether the note exists.</summary>
    /// <exception cref="HostException">It cannot be determined.</exception>
    public bool Exists() => FileQuery.Exists(_path);

    /// <summary>The VM that owns the files; null if there is no note.</summary>
    /// <exception cref="HostException">It cannot be read.</exception>
    public int? Read()
    {
        byte[]? note = FileReader.ReadAllOrNull(_path, MaximumSize, followLink: false);
        return note is not null && Vmid.TryParse(Encoding.ASCII.GetString(note), out int owner) ? owner : null;
    }

    /// <summary>Writes the note.</summary>
    /// <exception cref="HostException">It cannot be written.</exception>
    public void Write(int owner)
    {
        string text = owner.ToString(CultureInfo.InvariantCulture);
        AtomicFile.Replace(_path, Encoding.ASCII.GetBytes(text), Mode, LamBootPaths.Temporary, isSynced: false);
    }

    /// <summary>Removes the note. If it stays, it does no harm: the lease is another's by then, or nobody's.</summary>
    public void Delete() => AtomicFile.Remove(_path);
}
