using System.Text;
using LamBoot.Fleet.Config;
using LamBoot.Fleet.Identity;
using LamBoot.Linux;
using LamBoot.Linux.Files;

namespace LamBoot.Fleet.Leases;

/// <summary>
/// The leases of identity documents. QEMU opens the document named in args when the start began; for a clone, that is another VM's. Under a
/// lease, that document carries the clone's identity until the start is over. A start that opens its own document leases that one, so that
/// no clone's start writes to it meanwhile. Each start therefore has exactly one lease, and no two wait for each other.
/// </summary>
/// <remarks>
/// Leases are kept in <c>config_dir/state</c>, next to the documents, so the holder of a document is known for as long as the document
/// exists. The original content of a lent document is in <c>VMID.json.owner</c> beside it, empty if there was none: whatever dies, the next
/// start that needs the document restores it.
/// </remarks>
/// <param name="root">The host.</param>
/// <param name="fleet">The fleet's configuration.</param>
/// <param name="vmid">The VM being started, stopped or changed.</param>
public sealed class DocumentLeases(HostRoot root, FleetConfig fleet, int vmid)
{
    /// <summary>Whether this VM's start opens SMBIOS strings, configured in fleet.toml or not.</summary>
    public bool OpensStrings { get; set; }

    private const int MaximumState = 256;

    private readonly LeaseQueue _queue = new(root, vmid);
    private readonly LentNote _note = new(root, fleet, vmid);

    /// <summary>
    /// Leases the VM's own document for its start and writes its identity. Clones' starts get a document in order of arrival, each once the
    /// one before has ended its lease; the start of the document's own VM goes first.
    /// </summary>
    /// <param name="identity">Makes the identity, given the path of the VM's own document.</param>
    /// <param name="wait">Waits for the starter's turn, if there is anyone to wait for.</param>
    /// <exception cref="HostException">The document is not known to carry the identity.</exception>
    public void Take(Func<string, IdentityDocument> identity, LeaseWait wait)
    {
        using LockedFile file = OpenState(vmid);
        _queue.Lock(file, vmid, wait, () => true);
        FilesOf(vmid).PutBack(wasLeased: file.Read().Length > 0);
        file.Write(Lease.Of(vmid, wait.Starter).ToString());
        IdentityFiles files = FilesOf(vmid).Files;
        files.Write(identity(files.Document));
    }

    /// <summary>Leases another VM's document for this VM's start and writes this VM's identity into it. Waits as <see cref="Take"/> does.</summary>
    /// <param name="owner">The VM whose document this start's QEMU opens.</param>
    /// <param name="identity">This VM's identity.</param>
    /// <param name="wait">Waits for the starter's turn, if there is anyone to wait for.</param>
    /// <exception cref="HostException">The document is not known to carry the identity.</exception>
    public void Borrow(int owner, IdentityDocument identity, LeaseWait wait)
    {
        using LockedFile file = OpenState(owner);
        LentFiles files = FilesOf(owner);
        _note.Write(owner);
        Lease lease = Lease.Of(vmid, wait.Starter);
        bool wasLeased = false;
        OwnStart own = new(root, fleet, owner);
        _queue.Lock(file, owner, wait, () => IsTaken(file, own, lease, ref wasLeased), own.FindTask);
        if (wasLeased)
        {
            files.RemoveLeftOvers();
        }

        // The saved content is synced, and restored by the next start after a power failure, whatever is left of what is lent.
        files.Keep();
        files.Files.Write(identity, isSynced: false);
    }

    /// <summary>Writes the VM's own identity; if its document is lent, writes the copy that will be restored.</summary>
    /// <param name="identity">Makes the identity, given the path of the VM's own document.</param>
    /// <exception cref="HostException">It cannot be written.</exception>
    public IdentityDocument WriteOwn(Func<string, IdentityDocument> identity)
    {
        using LockedFile file = OpenState(vmid);
        LentFiles files = FilesOf(vmid);
        bool isLent = !_queue.LockUnlessLent(file, vmid);
        if (!isLent)
        {
            files.PutBack(wasLeased: file.Read().Length > 0);
        }

        IdentityDocument document = identity(isLent ? files.Kept : files.Files.Document);
        if (isLent)
        {
            document.Write(files.Kept);
        }
        else
        {
            files.Files.Write(document);
        }

        return document;
    }

    /// <summary>Removes the VM's own identity files and their saved copies.</summary>
    /// <returns>Whether they were removed; false if a start holds them.</returns>
    /// <exception cref="HostException">They may still exist.</exception>
    public bool RemoveOwn()
    {
        using LockedFile file = OpenState(vmid);
        if (!_queue.LockUnlessLent(file, vmid))
        {
            return false;
        }

        FilesOf(vmid).Delete();
        return true;
    }

    /// <summary>Whether <see cref="GiveBack"/> has anything to do.</summary>
    /// <exception cref="HostException">It cannot be determined.</exception>
    public bool HasAny() => _note.Exists() || HolderOf(vmid)?.Vmid == vmid;

    /// <summary>Ends this VM's leases and restores the content of a document that was lent to it.</summary>
    /// <returns>The VM whose document was restored; null if none.</returns>
    /// <exception cref="HostException">It was not restored; the next operation on this VM or that document tries again.</exception>
    public int? GiveBack()
    {
        End(vmid, isLent: false);
        if (_note.Read() is not { } owner)
        {
            _note.Delete(); // a power failure may have emptied it
            return null;
        }

        bool isGiven = owner != vmid && End(owner, isLent: true);
        _note.Delete();
        return isGiven ? owner : null;
    }

    /// <summary>The start that holds a VM's document, whether or not it is over; null if none does.</summary>
    /// <exception cref="HostException">It cannot be determined.</exception>
    public Lease? HolderOf(int owner)
    {
        // Opened read-only: on a frozen file system, opening for writing blocks.
        byte[]? state = FileReader.ReadAllOrNull(StateOf(owner), MaximumState, followLink: false);
        return state is null ? null : Lease.Parse(Encoding.ASCII.GetString(state).TrimEnd());
    }

    /// <summary>Describes what this VM's start waits for to get a VM's document; null if nothing is known.</summary>
    /// <exception cref="HostException">It cannot be determined.</exception>
    public string? DescribeHolder(int owner) =>
        HolderOf(owner) is { } lease && lease.Vmid != vmid && lease.FindProcess(root, owner) is { } process
            ? $"the start of VM {lease.Vmid} ({process})"
        : owner != vmid && new OwnStart(root, fleet, owner).FindTask() is { } task
            ? $"the task that holds VM {owner}'s lock ({task})"
        : null;

    /// <summary>Whether a VM's document may carry another VM's identity: it was lent and has not been restored.</summary>
    /// <exception cref="HostException">It cannot be determined.</exception>
    public bool IsLent(int owner) => FilesOf(owner).AreLent();

    /// <summary>
    /// Takes the lease of another VM's document, but yields it if that VM is being started with its own document. The lease is written
    /// before the last check, so whichever start comes second sees the other; checking before it, too, keeps the lease from flickering.
    /// </summary>
    private static bool IsTaken(LockedFile file, OwnStart own, Lease lease, ref bool wasLeased)
    {
        if (own.FindTask() is not null)
        {
            return false;
        }

        wasLeased |= file.Read().Length > 0;
        file.Write(lease.ToString());
        if (own.FindTask() is null)
        {
            return true;
        }

        file.Write("");
        return false;
    }

    /// <summary>Ends a lease if it is this VM's.</summary>
    private bool End(int owner, bool isLent)
    {
        using LockedFile? file = LockedFile.Open(StateOf(owner), create: false);
        if (file is null || Lease.Parse(file.Read()) is not { } seen || seen.Vmid != vmid)
        {
            return false;
        }

        file.LockContent();
        if (Lease.Parse(file.Read()) is not { } lease || lease.Vmid != vmid)
        {
            return false;
        }

        if (isLent)
        {
            FilesOf(owner).PutBack(wasLeased: true);
        }

        file.Write("");
        return true;
    }

    private LockedFile OpenState(int owner)
    {
        HostFolder.CreatePrivate(root.Resolve(fleet.ConfigDir));
        HostFolder.CreatePrivate(root.Resolve(fleet.StateFolder));
        return LockedFile.Open(StateOf(owner), create: true)!;
    }

    private LentFiles FilesOf(int owner) => new(root, fleet, owner, OpensStrings);

    private string StateOf(int owner) => root.Resolve(fleet.StatePath(owner, LamBootPaths.LeaseSuffix));
}
