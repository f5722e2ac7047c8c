using LamBoot.Fleet.Config;
using LamBoot.Fleet.Identity;
using LamBoot.Linux;
using LamBoot.Linux.Files;

namespace LamBoot.Fleet.Leases;

/// <summary>
/// A VM's identity files, which may be lent: the document's original content is then saved beside it, empty if there was none.
/// </summary>
internal sealed class LentFiles(HostRoot root, FleetConfig fleet, int owner, bool opensStrings)
{
    private const int MaximumDocument = 1 << 20;

    public IdentityFiles Files { get; } = new(root, fleet, owner, opensStrings);

    /// <summary>The path of the saved content.</summary>
    public string Kept { get; } = root.Resolve(fleet.DocumentPath(owner)) + LamBootPaths.KeptSuffix;

    /// <summary>Whether they may carry another VM's identity: they were lent and have not been restored.</summary>
    /// <exception cref="HostException">It cannot be determined.</exception>
    public bool AreLent() => FileQuery.Exists(Kept);

    /// <summary>Removes them and the saved content.</summary>
    /// <exception cref="HostException">One may still exist.</exception>
    public void Delete()
    {
        Files.Delete();
        AtomicFile.Delete(Kept);
    }

    /// <summary>
    /// Saves the content of a document that is about to be lent. If something is saved already, the current content is not its owner's.
    /// </summary>
    public void Keep()
    {
        if (!AreLent())
        {
            byte[] held = FileReader.ReadAllOrNull(Files.Document, MaximumDocument, followLink: false) ?? [];
            AtomicFile.Replace(Kept, held, IdentityDocument.Mode, LamBootPaths.Temporary);
        }
    }

    /// <summary>Restores the document's content from before it was lent.</summary>
    /// <param name="wasLeased">Whether a start held it; that start may have been killed while writing.</param>
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

        // The strings before the document: as long as the saved content exists, the restore is repeated.
        if (FileReader.ReadAll(Kept, MaximumDocument, followLink: false).Length == 0)
        {
            Delete(); // there was no document
        }
        else
        {
            Files.WriteStrings(IdentityDocument.ReadIfAny(Kept));
            AtomicFile.Rename(Kept, Files.Document);
        }
    }

    /// <summary>Removes temporary files of killed writers.</summary>
    public void RemoveLeftOvers()
    {
        Files.RemoveLeftOvers();
        LamBootPaths.Temporary.RemoveLeftOvers(Kept);
    }
}
