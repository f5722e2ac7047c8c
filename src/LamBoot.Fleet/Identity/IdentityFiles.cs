using LamBoot.Fleet.Config;
using LamBoot.Linux;
using LamBoot.Linux.Files;

namespace LamBoot.Fleet.Identity;

/// <summary>
/// The files that hold a VM's identity: its document, and where a channel needs them its SMBIOS strings, which follow from the document.
/// </summary>
/// <param name="root">The host.</param>
/// <param name="fleet">The fleet's configuration.</param>
/// <param name="owner">The VM whose files they are.</param>
/// <param name="opensStrings">Whether a start that is under way opens the strings, chosen or not: QEMU does not start without them.</param>
internal sealed class IdentityFiles(HostRoot root, FleetConfig fleet, int owner, bool opensStrings)
{
    private const int MaximumString = 4096;

    /// <summary>The document.</summary>
    public string Document => root.Resolve(fleet.DocumentPath(owner));

    /// <summary>Writes an identity.</summary>
    /// <exception cref="HostException">It cannot be written; each file is as it was, or new.</exception>
    public void Write(IdentityDocument identity)
    {
        identity.Write(Document);
        WriteStrings(identity);
    }

    /// <summary>Writes the strings of an identity, those that are there and those that are needed.</summary>
    /// <param name="identity">The identity; null where there is none, so that there are no strings either.</param>
    /// <exception cref="HostException">One cannot be written.</exception>
    public void WriteStrings(IdentityDocument? identity)
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
                WriteString(path, there, IdentityStrings.Content(part, identity));
            }
        }
    }

    /// <summary>Removes them all.</summary>
    /// <exception cref="HostException">One may be there still.</exception>
    public void Delete()
    {
        AtomicFile.Delete(Document);
        WriteStrings(null);
    }

    /// <summary>Removes what writers left that were killed.</summary>
    public void RemoveLeftOvers()
    {
        LamBootPaths.Temporary.RemoveLeftOvers(Document);
        foreach (IdentityString part in IdentityStrings.All)
        {
            LamBootPaths.Temporary.RemoveLeftOvers(root.Resolve(fleet.StringPath(owner, part)));
        }
    }

    private static void WriteString(string path, byte[]? there, byte[] content)
    {
        if (there is null || !there.AsSpan().SequenceEqual(content) || !FileQuery.HasMode(path, IdentityDocument.Mode))
        {
            AtomicFile.Replace(path, content, IdentityDocument.Mode, LamBootPaths.Temporary);
        }
    }
}
