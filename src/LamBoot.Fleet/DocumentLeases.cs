using System.Globalization;
using LamBoot.Pve;

namespace LamBoot.Fleet;

/// <summary>
/// The leases of one start on identity documents. QEMU opens the document that args named when the start began: a clone's
/// is another VM's. Under a lease that document holds the clone's identity until the start is over. A start also leases
/// its own document, so that no clone writes to it between pre-start and QEMU.
/// </summary>
/// <remarks>
/// What another VM's document held is kept in <c>VMID.json.owner</c> beside it, on disk: a power cut forgets the lease in
/// <c>/run</c>, and the next start that touches the document puts it back.
/// </remarks>
/// <param name="root">The host.</param>
/// <param name="fleet">The fleet's configuration.</param>
/// <param name="vmid">The VM that is being started.</param>
/// <param name="starter">The process that starts it.</param>
/// <param name="other">Another VM whose document this start's QEMU opens, or null.</param>
public sealed class DocumentLeases(
    HostRoot root,
    FleetConfig fleet,
    int vmid,
    HostProcess starter = default,
    int? other = null
)
{
    private const string Suffix = ".lease";
    private const int RetryMilliseconds = 10;
    private const int MaximumDocument = 1 << 20;

    // Whether the other VM's document held its owner's when it was leased.
    private bool _otherHadOriginal;

    /// <summary>The VM whose document a path is: <c>config_dir/VMID.json</c> and nothing else. Null for any other path.</summary>
    public static int? OwnerOf(string path, FleetConfig fleet) =>
        Vmid.TryParse(Path.GetFileNameWithoutExtension(path.AsSpan()), out int owner)
        && path == fleet.DocumentPath(owner)
            ? owner
            : null;

    /// <summary>
    /// Takes the leases of the VM's own document and of the other; a live holder is waited for. In the order of the VMIDs, so that no
    /// two starts wait for each other.
    /// </summary>
    /// <param name="wait">How long to wait.</param>
    /// <returns>Null where they were taken, or else who has one of them.</returns>
    /// <exception cref="HostException">A lease cannot be written.</exception>
    public Lease? Take(TimeSpan wait)
    {
        HostFile.CreatePrivateFolder(root.Resolve(HostRoot.RunFolder));
        if (OtherOfOwn() is { } left && left != other)
        {
            // This VM's start before was killed between pre-start and post-start.
            End(left, lease => PutBack(left, lease.HadOriginal));
        }

        long end = Environment.TickCount64 + (long)wait.TotalMilliseconds;
        int first = Math.Min(vmid, other ?? vmid);
        return Take(first, end) ?? (other is { } second ? Take(Math.Max(vmid, second), end) : null);
    }

    /// <summary>Gives the other VM's document this start's identity. The lease is ours.</summary>
    /// <exception cref="HostException">It cannot be written.</exception>
    public void Lend(IdentityDocument identity)
    {
        int owner = other ?? throw new InvalidOperationException("no other VM's document is leased");
        string document = DocumentOf(owner);
        if (_otherHadOriginal && !File.Exists(OriginalOf(owner)) && ReadDocument(document) is { } original)
        {
            HostFile.Replace(OriginalOf(owner), original, IdentityDocument.Mode);
        }

        identity.Write(document);
    }

    /// <summary>Ends this VM's leases: what the other VM's document held is put back.</summary>
    /// <returns>The VM whose document was given back; null for none.</returns>
    /// <exception cref="HostException">It cannot be put back.</exception>
    public int? GiveBack()
    {
        // A start that was refused may have the other's lease alone.
        int? owner = other ?? OtherOfOwn();
        bool isGiven = owner is { } lender && End(lender, lease => PutBack(lender, lease.HadOriginal));
        End(vmid, _ => { });
        return isGiven ? owner : null;
    }

    private int? OtherOfOwn()
    {
        using LeaseFile? file = LeaseFile.Open(LeaseOf(vmid), create: false);
        return file?.Read() is { Other: > 0 } lease && lease.Vmid == vmid ? lease.Other : null;
    }

    /// <summary>Ends a lease, if it is ours.</summary>
    private bool End(int owner, Action<Lease> before)
    {
        using LeaseFile? file = LeaseFile.Open(LeaseOf(owner), create: false);
        if (file?.Read() is not { } lease || lease.Vmid != vmid)
        {
            return false;
        }

        before(lease);
        file.Write(null);
        return true;
    }

    private Lease? Take(int owner, long end)
    {
        while (true)
        {
            if (TryTake(owner) is not { } holder)
            {
                return null;
            }

            if (Environment.TickCount64 >= end)
            {
                return holder;
            }

            Thread.Sleep(RetryMilliseconds);
        }
    }

    private Lease? TryTake(int owner)
    {
        using LeaseFile file = LeaseFile.Open(LeaseOf(owner), create: true)!;
        Lease? held = file.Read();
        if (held is { } lease && lease.Vmid != vmid && lease.Starter.IsAlive)
        {
            return lease;
        }

        if (owner == vmid)
        {
            // The owner itself starts: what a start that died left in its document goes.
            if (held is not null)
            {
                VmConfigFile.RemoveLeftOvers(root, vmid); // a start that died may have died in the midst of its edit
            }

            if (held is not null || File.Exists(OriginalOf(owner)))
            {
                PutBack(owner, held is not { HadOriginal: false } || held.Value.Vmid == vmid);
            }

            file.Write(new Lease(vmid, starter, HadOriginal: true, other ?? 0));
            return null;
        }

        // A void lease that had no original left its own document behind: that is not the owner's.
        _otherHadOriginal =
            File.Exists(OriginalOf(owner)) || (held is not { HadOriginal: false } && File.Exists(DocumentOf(owner)));
        file.Write(new Lease(vmid, starter, _otherHadOriginal, 0));
        return null;
    }

    /// <summary>Puts back what a VM's document held before it was lent.</summary>
    private void PutBack(int owner, bool hadOriginal)
    {
        HostFile.RemoveLeftOvers(DocumentOf(owner));
        HostFile.RemoveLeftOvers(OriginalOf(owner));
        if (File.Exists(OriginalOf(owner)))
        {
            HostFile.Rename(OriginalOf(owner), DocumentOf(owner));
        }
        else if (!hadOriginal)
        {
            HostFile.Remove(DocumentOf(owner));
        }
    }

    private static byte[]? ReadDocument(string path) =>
        HostFile.ReadAllOrNull(path, MaximumDocument, followLink: false);

    private string DocumentOf(int owner) => root.Resolve(fleet.DocumentPath(owner));

    private string OriginalOf(int owner) => DocumentOf(owner) + ".owner";

    private string LeaseOf(int owner) =>
        root.Resolve(string.Create(CultureInfo.InvariantCulture, $"{HostRoot.RunFolder}/{owner}{Suffix}"));
}
