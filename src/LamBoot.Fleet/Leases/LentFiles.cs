using LamBoot.Fleet.Config;
using LamBoot.Fleet.Identity;
using LamBoot.Linux;
using LamBoot.Linux.Files;

namespace LamBoot.Fleet.Leases;

/// <summary>
/// A VM's identity files, which may be lent: what its document held is kept beside it then, empty where there was none.
/// </summary>
internal sealed class LentFiles(HostRoot root, FleetConfig fleet, int owner, bool opensStrings)
{
    private const int MaximumDocument = 1 << 20;

    /// <summary>The files.</summary>
    public IdentityFiles Files { get; } = new(root, fleet, owner, opensStrings);

    /// <summary>Where what the document held is kept.</summary>
    public string Kept { get; } = root.Resolve(fleet.DocumentPath(owner)) + LamBootPaths.KeptSuffix;

    /// <summary>Whether they may carry another's identity: they were lent, and not given back.</summary>
    /// <exception cref="HostException">It cannot be told.</exception>
    public bool AreLent() => FileQuery.Exists(Kept);

    /// <summary>Removes them, and what is kept of them.</summary>
    /// <exception cref="HostException">One may be there still.</exception>
    public void Delete()
    {
        Files.Delete();
        AtomicFile.Delete(Kept);
    }

    /// <summary>Keeps what a document holds that is to be lent. Where something is kept already, what it holds is not its owner's.</summary>
    public void Keep()
    {
        if (!AreLent())
        {
            byte[] held = FileReader.ReadAllOrNull(Files.Document, MaximumDocument, followLink: false) ?? [];
            AtomicFile.Replace(Kept, held, IdentityDocument.Mode, LamBootPaths.Temporary);
        }
    }

    /// <summary>Puts back what a document held before it was lent.</summary>
    /// <param name="wasLeased">Whether a start had it, which may have been killed while it wrote.</param>
    public void PutBack(bool wasLeased)
    {
        bool isKept = AreLent();
        if (isKept || wasLeased)
        {
            RemoveLeftOvers();
        }

        if (!isKept)
        {
            return;
        }

        // The strings before the document: as long as what is kept is there, it is done again.
        if (FileReader.ReadAll(Kept, MaximumDocument, followLink: false).Length == 0)
        {
            Delete(); // there was none
        }
        else
        {
            Files.WriteStrings(IdentityDocument.ReadIfAny(Kept));
            AtomicFile.Rename(Kept, Files.Document);
        }
    }

    /// <summary>Removes what writers left that were killed.</summary>
    public void RemoveLeftOvers()
    {
        Files.RemoveLeftOvers();
        LamBootPaths.Temporary.RemoveLeftOvers(Kept);
    }
}
