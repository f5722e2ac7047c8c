using LamBoot.Fleet.Config;
using LamBoot.Fleet.Identity;
using LamBoot.Fleet.Leases;
using LamBoot.Linux;
using LamBoot.Linux.Files;

namespace LamBoot.Hook.Identity;

/// <summary>The current state of a VM's own document, checked after it could not be written or leased.</summary>
internal sealed class OwnDocument(HostRoot root, FleetConfig fleet, int vmid, DocumentLeases leases)
{
    private readonly string _document = fleet.DocumentPath(vmid);

    /// <summary>
    /// Why the document is not known to hold the VM's identity; null if it does. An unreadable document is a danger only if it may be lent.
    /// </summary>
    public string? Danger()
    {
        try
        {
            if (leases.HolderOf(vmid) is { } other && other.Vmid != vmid && other.IsLive(root, vmid))
            {
                return $"{_document} is lent to the start of VM {other.Vmid}";
            }

            IdentityDocument? held = IdentityDocument.Read(root.Resolve(_document));
            bool isOwn = held is null || (held.Vmid is { } named ? named == $"{vmid}" : !leases.IsLent(vmid));
            return isOwn ? null : $"{_document} holds the identity of VM {held!.Vmid ?? "?"}";
        }
        catch (HostException e)
        {
            return IsNeverLent()
                ? null
                : $"{_document} is or was lent to a clone's start and cannot be read ({e.Message})";
        }
    }

    /// <summary>What the guest gets when the document could not be written, phrased as the end of a sentence.</summary>
    public static string WhatGuestGets(string path)
    {
        try
        {
            return FileQuery.Exists(path) ? "; the guest gets the old identity" : "; the guest gets none";
        }
        catch (HostException)
        {
            return "";
        }
    }

    private bool IsNeverLent()
    {
        try
        {
            return !leases.IsLent(vmid);
        }
        catch (HostException)
        {
            return false;
        }
    }
}
