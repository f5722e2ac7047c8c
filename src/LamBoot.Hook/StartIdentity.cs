using System.Diagnostics;
using LamBoot.Fleet;
using LamBoot.Pve;

namespace LamBoot.Hook;

/// <summary>
/// Gives the guest of a start its identity: by the VM's own document, and where this start's QEMU will open another VM's,
/// as a clone's does at its first start, by that one, under a lease.
/// </summary>
internal sealed class StartIdentity(HostRoot root, int vmid, FleetToml fleet, TaskLog log, Deadline deadline)
{
    private readonly FleetConfig _settings = fleet.Config;
    private readonly string _document = fleet.Config.DocumentPath(vmid);

    private bool _isLeased;

    /// <summary>Whether this start's QEMU gives the guest this VM's identity.</summary>
    public bool IsGiven { get; private set; }

    /// <summary>Whether it does so by another VM's document: the VM is a clone that has not booted yet.</summary>
    public bool IsLent { get; private set; }

    /// <summary>Writes the identity.</summary>
    /// <param name="config">The configuration as Proxmox VE has it in memory.</param>
    /// <returns>Whether the VM may start.</returns>
    public bool Give(VmConfig config)
    {
        string? opened = OpenedFile(config);
        int? owner = opened is null ? null : DocumentLeases.OwnerOf(opened, _settings);
        if (opened is not null && owner is null)
        {
            log.Note(
                $"args names {opened}, which is no document of {_settings.ConfigDir}: it is left alone, and this start's guest reads it"
            );
        }

        // Run by hand there is no start, and so no QEMU that could open another VM's document.
        HostProcess? starter = ConfigLock.HoldingAncestor(root, vmid);
        int? other = starter is not null && owner != vmid ? owner : null;
        HostProcess holder = starter ?? HostProcess.Find(Environment.ProcessId) ?? default;
        DocumentLeases leases = new(root, _settings, vmid, holder, other);
        if (!Take(leases))
        {
            return false;
        }

        IdentityDocument? identity = Write(config);
        IsLent = other is not null;
        IsGiven = identity is not null && (other is { } lender ? Lend(leases, lender, identity) : owner == vmid);
        if (starter is null)
        {
            leases.GiveBack();
        }

        return true;
    }

    /// <summary>The file that this start's QEMU opens for our item. Of two items QEMU refuses the second.</summary>
    private static string? OpenedFile(VmConfig config) =>
        config.Args is { Fault: null, Files: [{ } file, ..] } ? file : null;

    /// <summary>Leases the documents that are written.</summary>
    /// <returns>Whether the VM may start.</returns>
    private bool Take(DocumentLeases leases)
    {
        TimeSpan wait = TimeSpan.FromSeconds(_settings.LeaseWaitSeconds);
        deadline.Extend(wait);
        Stopwatch waited = Stopwatch.StartNew();
        try
        {
            if (leases.Take(wait) is not { } holder)
            {
                _isLeased = true;
                return true;
            }

            leases.GiveBack();
            log.Refuse(
                $"the start of VM {holder.Vmid} (process {holder.Starter.Id}) has had the identity document that this one needs for "
                    + $"{_settings.LeaseWaitSeconds} s: this start is refused, its guest would get that identity; start it again"
            );
            return false;
        }
        catch (HostException e)
        {
            log.Fail($"no lease of the identity document: {e.Message}");
            return true;
        }
        finally
        {
            deadline.Extend(waited.Elapsed - wait);
        }
    }

    private bool Lend(DocumentLeases leases, int owner, IdentityDocument identity)
    {
        string reason = "its document is not leased";
        try
        {
            if (_isLeased)
            {
                leases.Lend(identity);
                log.Fact(
                    $"this start's QEMU opens VM {owner}'s document: it has this VM's identity until the VM has started"
                );
                return true;
            }
        }
        catch (HostException e)
        {
            reason = e.Message;
        }

        log.Fail($"this start's guest gets VM {owner}'s identity: {reason}");
        return false;
    }

    /// <summary>Writes the VM's own document; a broken fleet.toml keeps the one that is there.</summary>
    /// <returns>The document; null where there is none.</returns>
    private IdentityDocument? Write(VmConfig config)
    {
        string path = root.Resolve(_document);
        FleetConfig settings = _settings;
        try
        {
            if (fleet.Errors.Count > 0)
            {
                IdentityDocument? kept = IdentityDocument.Read(path);
                bool isOwn = kept is not null && (kept.Vmid ?? $"{vmid}") == $"{vmid}";
                TellBroken(isOwn);
                if (isOwn)
                {
                    return kept;
                }

                settings = new();
            }

            IdentityDocument document = IdentityDocument.For(
                vmid,
                config,
                settings,
                Node.Name(root),
                DateTimeOffset.UtcNow
            );
            document.Write(path);
            log.Fact($"identity {_document}: fleet {OrNone(document.FleetId)}, role {OrNone(document.Role)}");
            return document;
        }
        catch (HostException e)
        {
            bool isThere = File.Exists(path);
            log.Fail(
                $"identity not written: {e.Message}; {(isThere ? "the guest gets the old identity" : "there is none")}"
            );
            return null;
        }
    }

    private void TellBroken(bool isKept)
    {
        string more = fleet.Errors.Count == 1 ? "" : $" (and {fleet.Errors.Count - 1} more)";
        string done = isKept
            ? "the identity document that is there is kept"
            : "an identity without fleet and role is written";
        log.Fail($"{fleet.Errors[0]}{more}: {done}; mend the file, it counts from the next start");
    }

    private static string OrNone(string? text) => string.IsNullOrEmpty(text) ? "none" : $"'{text}'";
}
