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

    /// <summary>Whether this start's QEMU gives the guest this VM's identity.</summary>
    public bool IsGiven { get; private set; }

    /// <summary>Whether it does so by another VM's document: the VM is a clone that has not booted yet.</summary>
    public bool IsLent { get; private set; }

    private string Document => _settings.DocumentPath(vmid);

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
        IsLent = starter is not null && owner is { } other && other != vmid;
        HostProcess self = HostProcess.Find(Environment.ProcessId) ?? default;
        DocumentLeases leases = new(root, _settings, vmid, starter ?? self);
        if (!Take(leases, IsLent ? owner : null))
        {
            return false;
        }

        IdentityDocument? identity = Write(config);
        IsGiven = identity is not null && (IsLent ? Lend(leases, owner!.Value, identity) : owner == vmid);
        if (starter is null)
        {
            leases.GiveBack();
        }

        return true;
    }

    /// <summary>The file that this start's QEMU opens for our item. Of two items QEMU refuses the second.</summary>
    private static string? OpenedFile(VmConfig config) =>
        config.Args is { Fault: null, Files: [{ } file, ..] } ? file : null;

    /// <summary>Leases this VM's document, and the other that is opened; in one order, so that no two starts wait for each other.</summary>
    private bool Take(DocumentLeases leases, int? other)
    {
        TimeSpan wait = TimeSpan.FromSeconds(_settings.LeaseWaitSeconds);
        deadline.Extend(wait);
        Stopwatch waited = Stopwatch.StartNew();
        try
        {
            foreach (int owner in Ordered(other))
            {
                TimeSpan left = wait - waited.Elapsed;
                if (leases.Take(owner, left > TimeSpan.Zero ? left : TimeSpan.Zero) is { } holder)
                {
                    leases.GiveBack();
                    log.Refuse(
                        $"the start of VM {holder.Vmid} (process {holder.Starter.Id}) has had {_settings.DocumentPath(owner)} for "
                            + $"{_settings.LeaseWaitSeconds} s: this start is refused, its guest would get that identity; start it again"
                    );
                    return false;
                }
            }
        }
        catch (HostException e)
        {
            log.Fail($"no lease of an identity document: {e.Message}");
        }
        finally
        {
            deadline.Extend(waited.Elapsed - wait);
        }

        return true;
    }

    private IEnumerable<int> Ordered(int? other) =>
        other is not { } owner ? [vmid]
        : owner < vmid ? [owner, vmid]
        : [vmid, owner];

    private bool Lend(DocumentLeases leases, int owner, IdentityDocument identity)
    {
        try
        {
            leases.Lend(owner, identity);
            log.Fact(
                $"this start's QEMU opens VM {owner}'s document: it has this VM's identity until the VM has started"
            );
            return true;
        }
        catch (HostException e)
        {
            log.Fail($"this start's guest gets VM {owner}'s identity: {e.Message}");
            return false;
        }
    }

    /// <summary>Writes the VM's own document; a broken fleet.toml keeps the one that is there.</summary>
    /// <returns>The document; null where there is none.</returns>
    private IdentityDocument? Write(VmConfig config)
    {
        string path = root.Resolve(Document);
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
            log.Fact($"identity {Document}: fleet {OrNone(document.FleetId)}, role {OrNone(document.Role)}");
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
