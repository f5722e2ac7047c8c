using System.Globalization;
using System.Text;
using LamBoot.Fleet.Config;
using LamBoot.Linux;
using LamBoot.Linux.Files;
using LamBoot.Linux.Libc;
using LamBoot.Linux.Processes;
using LamBoot.Pve.Config;

namespace LamBoot.Fleet.Identity;

/// <summary>
/// The leases of identity documents. QEMU opens the document that args named when the start began: a clone's is another VM's.
/// Under a lease that document carries the clone's identity until the start is over. A start that opens its own document leases that,
/// so that no clone's start writes to it meanwhile. So each start has one lease, and no two wait for each other.
/// </summary>
/// <remarks>
/// Leases lie in <c>config_dir/state</c>, with the documents that they are of: who has a document is known for as long as it is
/// there. What a lent document held is in <c>VMID.json.owner</c> beside it, empty where there was none: whatever dies, the next start
/// that needs the document puts it back.
/// </remarks>
/// <param name="root">The host.</param>
/// <param name="fleet">The fleet's configuration.</param>
/// <param name="vmid">The VM that is started, stopped or changed.</param>
public sealed class DocumentLeases(HostRoot root, FleetConfig fleet, int vmid)
{
    /// <summary>Whether this VM's start opens SMBIOS strings, chosen in fleet.toml or not.</summary>
    public bool OpensStrings { get; set; }

    private const int StateMode = Permissions.OwnerOnly;
    private const int MaximumNote = 16;
    private const int MaximumState = 256;
    private const int MaximumDocument = 1 << 20;
    private const int PollMilliseconds = 5;

    // A starter that was killed may have begun QEMU just then, which reads the document at once.
    private const int DeadStarterMilliseconds = 500;

    /// <summary>
    /// Leases the VM's own document for its start, and writes its identity. Starts that want the same document get it in the order in
    /// which they came, each when the one before is over.
    /// </summary>
    /// <param name="starter">The process that starts the VM.</param>
    /// <param name="identity">Makes the identity, given where the VM's own document is.</param>
    /// <param name="wait">Does the waiting, where there is anybody to wait for.</param>
    /// <exception cref="HostException">The document is not known to carry the identity.</exception>
    public void Take(HostProcess starter, Func<string, IdentityDocument> identity, Action<Action> wait)
    {
        using LockedFile file = OpenState(vmid);
        Lock(file, wait, () => true);
        PutBack(vmid, wasLeased: file.Read().Length > 0);
        file.Write(Lease.Of(vmid, starter).ToString());
        IdentityFiles files = FilesOf(vmid);
        files.Write(identity(files.Document));
    }

    /// <summary>Leases another VM's document for this one's start, and writes this one's identity into it. Waits as <see cref="Take"/> does.</summary>
    /// <param name="starter">The process that starts the VM.</param>
    /// <param name="owner">The VM whose document this start's QEMU opens.</param>
    /// <param name="identity">This VM's identity.</param>
    /// <param name="wait">Does the waiting, where there is anybody to wait for.</param>
    /// <exception cref="HostException">The document is not known to carry the identity.</exception>
    public void Borrow(HostProcess starter, int owner, IdentityDocument identity, Action<Action> wait)
    {
        using LockedFile file = OpenState(owner);
        AtomicFile.Replace(NotePath, Encoding.ASCII.GetBytes(Number(owner)), StateMode, LamBootPaths.Temporary);
        Lease lease = Lease.Of(vmid, starter);
        bool wasLeased = false;
        Lock(file, wait, () => IsTaken(file, owner, lease, ref wasLeased));
        if (wasLeased)
        {
            RemoveLeftOvers(owner);
        }

        Keep(owner);
        FilesOf(owner).Write(identity);
    }

    /// <summary>Writes the VM's own identity; where its document is lent, for when it is given back.</summary>
    /// <param name="identity">Makes the identity, given where the VM's own document is.</param>
    /// <exception cref="HostException">It cannot be written.</exception>
    public IdentityDocument WriteOwn(Func<string, IdentityDocument> identity)
    {
        using LockedFile file = OpenState(vmid);
        bool isLent = !LockUnlessLent(file);
        if (!isLent)
        {
            PutBack(vmid, wasLeased: file.Read().Length > 0);
        }

        IdentityDocument document = identity(isLent ? KeptOf(vmid) : DocumentOf(vmid));
        if (isLent)
        {
            document.Write(KeptOf(vmid));
        }
        else
        {
            FilesOf(vmid).Write(document);
        }

        return document;
    }

    /// <summary>Removes the VM's own identity files, and what is kept of them.</summary>
    /// <returns>Whether it is gone; false where a start has it.</returns>
    /// <exception cref="HostException">It may be there still.</exception>
    public bool RemoveOwn()
    {
        using LockedFile file = OpenState(vmid);
        if (!LockUnlessLent(file))
        {
            return false;
        }

        FilesOf(vmid).Delete();
        AtomicFile.Delete(KeptOf(vmid));
        return true;
    }

    /// <summary>Whether there is anything for <see cref="GiveBack"/> to do.</summary>
    /// <exception cref="HostException">It cannot be told.</exception>
    public bool HasAny() => FileQuery.Exists(NotePath) || HolderOf(vmid)?.Vmid == vmid;

    /// <summary>Ends this VM's leases: what a document that was lent to it held before is put back.</summary>
    /// <returns>The VM whose document was given back; null for none.</returns>
    /// <exception cref="HostException">It is not given back; whatever comes next for this VM or that document tries again.</exception>
    public int? GiveBack()
    {
        End(vmid, isLent: false);
        if (ReadNote() is not { } owner)
        {
            return null;
        }

        bool isGiven = owner != vmid && End(owner, isLent: true);
        AtomicFile.Delete(NotePath);
        return isGiven ? owner : null;
    }

    /// <summary>Which start has a VM's document, whether it is over or not; null where none has.</summary>
    /// <exception cref="HostException">It cannot be told.</exception>
    public Lease? HolderOf(int owner)
    {
        // For reading alone: a file system that is frozen lets nobody open for writing.
        byte[]? state = FileReader.ReadAllOrNull(StateOf(owner), MaximumState, followLink: false);
        return state is null ? null : Lease.Parse(Encoding.ASCII.GetString(state).TrimEnd());
    }

    /// <summary>Whether a VM's document may carry another's identity: it was lent, and not given back.</summary>
    /// <exception cref="HostException">It cannot be told.</exception>
    public bool IsLent(int owner) => FileQuery.Exists(KeptOf(owner));

    /// <summary>
    /// Takes another VM's lease, and leaves it where that VM is being started with its own document: its hook may have died, or had no
    /// lease, and its QEMU opens the document all the same. The lease is written first: whoever comes second sees the other.
    /// </summary>
    private bool IsTaken(LockedFile file, int owner, Lease lease, ref bool wasLeased)
    {
        wasLeased |= file.Read().Length > 0;
        file.Write(lease.ToString());
        if (!IsStarting(owner))
        {
            return true;
        }

        file.Write("");
        return false;
    }

    /// <summary>Whether a task has the lock of a VM whose args name its own document.</summary>
    private bool IsStarting(int owner) =>
        ConfigLock.IsTaken(root, owner)
        && VmConfigFile.Open(root, owner) is { } file
        && OpenedFiles.Of(file.Config.Args, fleet).Owners.Contains(owner);

    /// <summary>Waits in line until no other start has the document. The content is locked then.</summary>
    /// <param name="file">The document's state.</param>
    /// <param name="wait">Does the waiting.</param>
    /// <param name="isTaken">Takes the lease, or tells that it is not to be had yet.</param>
    private void Lock(LockedFile file, Action<Action> wait, Func<bool> isTaken)
    {
        if (file.IsFirstInLine())
        {
            if (file.TryLockContent() && HolderIn(file) is null && isTaken())
            {
                return;
            }

            file.UnlockContent();
        }

        wait(() =>
        {
            while (true)
            {
                file.WaitInLine();
                LockWhenFree(file);
                if (isTaken())
                {
                    return;
                }

                file.UnlockContent();
                file.LeaveLine();
                Thread.Sleep(PollMilliseconds);
            }
        });
    }

    /// <summary>The lease of another start, be that over or not.</summary>
    private Lease? HolderIn(LockedFile file) =>
        Lease.Parse(file.Read()) is { } lease && lease.Vmid != vmid && lease.Boot == HostBoot.Id ? lease : null;

    /// <summary>Waits until no other start has the document. The content is locked then.</summary>
    private void LockWhenFree(LockedFile file)
    {
        while (!LockUnlessLent(file))
        {
            file.UnlockContent();
            Thread.Sleep(PollMilliseconds);
        }
    }

    /// <summary>Locks the content, and tells whether no other start has the document.</summary>
    private bool LockUnlessLent(LockedFile file)
    {
        long end = Environment.TickCount64 + DeadStarterMilliseconds;
        while (true)
        {
            file.LockContent();
            if (HolderIn(file) is not { } lease)
            {
                return true;
            }

            bool isLive = lease.IsLive(root);
            if (isLive || Environment.TickCount64 >= end)
            {
                return !isLive;
            }

            file.UnlockContent();
            Thread.Sleep(PollMilliseconds);
        }
    }

    /// <summary>Ends a lease, if it is this VM's.</summary>
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
            PutBack(owner, wasLeased: true);
        }

        file.Write("");
        return true;
    }

    /// <summary>Keeps what a document holds that is to be lent. Where something is kept already, what it holds is not its owner's.</summary>
    private void Keep(int owner)
    {
        if (!FileQuery.Exists(KeptOf(owner)))
        {
            byte[] held = FileReader.ReadAllOrNull(DocumentOf(owner), MaximumDocument, followLink: false) ?? [];
            AtomicFile.Replace(KeptOf(owner), held, IdentityDocument.Mode, LamBootPaths.Temporary);
        }
    }

    /// <summary>Puts back what a document held before it was lent.</summary>
    /// <param name="owner">The VM whose document it is.</param>
    /// <param name="wasLeased">Whether a start had it, which may have been killed while it wrote.</param>
    private void PutBack(int owner, bool wasLeased)
    {
        string kept = KeptOf(owner);
        bool isKept = FileQuery.Exists(kept);
        if (isKept || wasLeased)
        {
            RemoveLeftOvers(owner);
        }

        if (!isKept)
        {
            return;
        }

        // The strings before the document: as long as what is kept is there, it is done again.
        if (FileReader.ReadAll(kept, MaximumDocument, followLink: false).Length == 0)
        {
            FilesOf(owner).Delete(); // there was none
            AtomicFile.Delete(kept);
        }
        else
        {
            FilesOf(owner).WriteStrings(IdentityDocument.ReadIfOne(kept));
            AtomicFile.Rename(kept, DocumentOf(owner));
        }
    }

    private void RemoveLeftOvers(int owner)
    {
        FilesOf(owner).RemoveLeftOvers();
        LamBootPaths.Temporary.RemoveLeftOvers(KeptOf(owner));
    }

    /// <summary>The VM whose document this one's start was lent.</summary>
    private int? ReadNote()
    {
        byte[]? note = FileReader.ReadAllOrNull(NotePath, MaximumNote, followLink: false);
        return note is not null && Vmid.TryParse(Encoding.ASCII.GetString(note), out int owner) ? owner : null;
    }

    private LockedFile OpenState(int owner)
    {
        HostFolder.CreatePrivate(root.Resolve(fleet.ConfigDir));
        HostFolder.CreatePrivate(root.Resolve(fleet.StateFolder));
        return LockedFile.Open(StateOf(owner), create: true)!;
    }

    private IdentityFiles FilesOf(int owner) => new(root, fleet, owner, OpensStrings);

    private string DocumentOf(int owner) => root.Resolve(fleet.DocumentPath(owner));

    private string KeptOf(int owner) => DocumentOf(owner) + LamBootPaths.KeptSuffix;

    private string StateOf(int owner) => root.Resolve(fleet.StatePath(owner, LamBootPaths.LeaseSuffix));

    private string NotePath => root.Resolve(fleet.StatePath(vmid, LamBootPaths.LentSuffix));

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
