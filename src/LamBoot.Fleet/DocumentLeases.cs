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
public sealed class DocumentLeases(HostRoot root, FleetConfig fleet, int vmid, HostProcess starter)
{
    private const string Folder = "/run/lamboot";
    private const string Suffix = ".lease";
    private const int RetryMilliseconds = 10;
    private const int MaximumDocument = 1 << 20;

    // The leased documents whose content is their owners'.
    private readonly HashSet<int> _hasOriginal = [];

    /// <summary>The VM whose document a path is: <c>config_dir/VMID.json</c> and nothing else. Null for any other path.</summary>
    public static int? OwnerOf(string path, FleetConfig fleet) =>
        Vmid.TryParse(Path.GetFileNameWithoutExtension(path.AsSpan()), out int owner)
        && path == fleet.DocumentPath(owner)
            ? owner
            : null;

    /// <summary>Takes the lease of a VM's document; a live holder is waited for.</summary>
    /// <param name="owner">The VM whose document it is.</param>
    /// <param name="wait">How long to wait.</param>
    /// <returns>Null where the lease was taken, or else who has it.</returns>
    /// <exception cref="HostException">The lease cannot be written.</exception>
    public Lease? Take(int owner, TimeSpan wait)
    {
        HostFile.CreatePrivateFolder(root.Resolve(Folder));
        long end = Environment.TickCount64 + (long)wait.TotalMilliseconds;
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

    /// <summary>Gives another VM's document this start's identity. The lease is ours.</summary>
    /// <exception cref="HostException">It cannot be written.</exception>
    public void Lend(int owner, IdentityDocument identity)
    {
        string document = DocumentOf(owner);
        bool keep = _hasOriginal.Contains(owner) && !File.Exists(OriginalOf(owner));
        if (keep && ReadDocument(document) is { } original)
        {
            HostFile.Replace(OriginalOf(owner), original, IdentityDocument.Mode);
        }

        identity.Write(document);
    }

    /// <summary>Ends this VM's leases: what others' documents held is put back.</summary>
    /// <returns>The VMs whose documents were given back.</returns>
    /// <exception cref="HostException">One cannot be put back.</exception>
    public IReadOnlyList<int> GiveBack()
    {
        List<int> owners = [];
        foreach (int owner in Leased())
        {
            using LeaseFile? file = LeaseFile.Open(LeaseOf(owner), create: false);
            if (file?.Read() is { } lease && lease.Vmid == vmid)
            {
                if (owner != vmid)
                {
                    PutBack(owner, lease.HadOriginal);
                    owners.Add(owner);
                }

                file.Write(null);
            }
        }

        return owners;
    }

    private Lease? TryTake(int owner)
    {
        using LeaseFile file = LeaseFile.Open(LeaseOf(owner), create: true)!;
        Lease? held = file.Read();
        if (held is { } other && other.Vmid != vmid && other.Starter.IsAlive)
        {
            return other;
        }

        if (owner == vmid)
        {
            // The owner itself starts: what a start that died left in its document goes.
            PutBack(owner, held is not { HadOriginal: false } || held.Value.Vmid == vmid);
        }

        // A void lease that had no original left its own document behind: that is not the owner's.
        bool hasOriginal =
            File.Exists(OriginalOf(owner)) || (held is not { HadOriginal: false } && File.Exists(DocumentOf(owner)));
        file.Write(new Lease(vmid, starter, hasOriginal));
        if (hasOriginal)
        {
            _hasOriginal.Add(owner);
        }

        return null;
    }

    /// <summary>Puts back what a VM's document held before it was lent.</summary>
    private void PutBack(int owner, bool hadOriginal)
    {
        if (File.Exists(OriginalOf(owner)))
        {
            HostFile.Rename(OriginalOf(owner), DocumentOf(owner));
        }
        else if (!hadOriginal)
        {
            HostFile.Remove(DocumentOf(owner));
        }
    }

    private List<int> Leased()
    {
        string folder = root.Resolve(Folder);
        List<int> owners = [];
        if (Directory.Exists(folder))
        {
            foreach (string path in Directory.EnumerateFiles(folder, "*" + Suffix))
            {
                if (Vmid.TryParse(Path.GetFileNameWithoutExtension(path.AsSpan()), out int owner))
                {
                    owners.Add(owner);
                }
            }
        }

        return owners;
    }

    private static byte[]? ReadDocument(string path) =>
        HostFile.ReadAllOrNull(path, MaximumDocument, followLink: false);

    private string DocumentOf(int owner) => root.Resolve(fleet.DocumentPath(owner));

    private string OriginalOf(int owner) => DocumentOf(owner) + ".owner";

    private string LeaseOf(int owner) =>
        root.Resolve(string.Create(CultureInfo.InvariantCulture, $"{Folder}/{owner}{Suffix}"));
}
