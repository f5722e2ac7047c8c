using LamBoot.Fleet.Config;
using LamBoot.Linux;
using LamBoot.Linux.Files;

namespace LamBoot.Fleet.Identity;

/// <summary>
/// The files that hold a VM's identity: its document and, if a channel needs them, its SMBIOS strings, which are derived from the document.
/// </summary>
/// <param name="root">The host.</param>
/// <param name="fleet">The fleet's configuration.</param>
/// <param name="owner">The VM that owns the files.</param>
/// <param name="opensStrings">Whether a start in progress opens the strings, configured or not: QEMU does not start without them.</param>
internal sealed class IdentityFiles(HostRoot root, FleetConfig fleet, int owner, bool opensStrings)
{
    private const int MaximumString = 4096;

    public string Document => root.Resolve(fleet.DocumentPath(owner));

    /// <summary>Writes an identity.</summary>
    /// <param name="identity">The identity.</param>
    /// <param name="isSynced">False if a power failure may lose or empty the files.</param>
    /// <exception cref="HostException">It cannot be written; each file is either unchanged or new.</exception>
    public void Write(IdentityDocument identity, bool isSynced = true)
    {
        identity.Write(Document, isSynced);
        WriteStrings(identity, isSynced);
    }

    /// <summary>Writes the strings of an identity: those that exist and those that are needed.</summary>
    /// <param name="identity">The identity; null if there is none, and then there are no strings either.</param>
    /// <param name="isSynced">False if a power failure may lose or empty them.</param>
    /// <exception cref="HostException">One of them cannot be written.</exception>
    public void WriteStrings(IdentityDocument? identity, bool isSynced = true)
    {
        bool isNeeded = opensStrings || fleet.Uses(Channel.Smbios);
        foreach (IdentityString part in IdentityStrings.All)
        {
            string path = root.Resolve(fleet.StringPath(owner, part));
            byte[]? there = FileReader.ReadAllOrNull(path, MaximumString, followLink: false);
            if (identity is null)
            {
                AtomicFile.Delete(path);
            }
            else if (there is not null || isNeeded)
            {
                WriteString(path, there, IdentityStrings.Content(part, identity), isSynced);
            }
        }
    }

    /// <summary>Removes all of them.</summary>
    /// <exception cref="HostException">One may still exist.</exception>
    public void Delete()
    {
        AtomicFile.Delete(Document);
        WriteStrings(null);
    }

    /// <summary>Removes temporary files of killed writers.</summary>
    public void RemoveLeftOvers()
    {
        LamBootPaths.Temporary.RemoveLeftOvers(Document);
        foreach (IdentityString part in IdentityStrings.All)
        {
            LamBootPaths.Temporary.RemoveLeftOvers(root.Resolve(fleet.StringPath(owner, part)));
        }
    }

    private static void WriteString(string path, byte[]? there, byte[] content, bool isSynced)
    {
        if (there is null || !there.AsSpan().SequenceEqual(content) || !FileQuery.HasMode(path, IdentityDocument.Mode))
        {
            AtomicFile.Replace(path, content, IdentityDocument.Mode, LamBootPaths.Temporary, isSynced: isSynced);
        }
    }
}
