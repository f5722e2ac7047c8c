using LamBoot.Fleet.Config;
using LamBoot.Fleet.Identity;
using LamBoot.Linux;
using LamBoot.Linux.Files;
using LamBoot.Linux.Processes;
using LamBoot.Pve.Config;

namespace LamBoot.Hook;

/// <summary>
/// Gives the guest of a start its identity: by the VM's own document, and where this start's QEMU opens another VM's, as a clone's
/// does at its first start, by that one, under a lease.
/// </summary>
internal sealed class StartIdentity(HostRoot root, int vmid, FleetToml fleet, TaskLog log, Deadline deadline)
{
    /// <summary>The danger of a start whose configuration is not read.</summary>
    public const string Unread = "QEMU may open another VM's identity file";

    private readonly FleetConfig _settings = fleet.Config;
    private readonly DocumentLeases _leases = new(root, fleet.Config, vmid);
    private readonly string _document = fleet.Config.DocumentPath(vmid);

    private VmConfig? _config;
    private OpenedFiles? _opened;
    private string? _lasting;
    private IdentityDocument? _identity;

    /// <summary>
    /// What this start's guest would read that is not known to be its own identity; null where it is known, or the guest is given
    /// nothing of ours. Until the configuration is read anything may be.
    /// </summary>
    public string? Danger { get; private set; } = Unread;

    /// <summary>Whether this start's QEMU opens a document of this VM's that is not in <c>config_dir</c>.</summary>
    public bool IsElsewhere { get; private set; }

    /// <summary>Whether this start's QEMU gives the guest this VM's identity.</summary>
    public bool IsGiven { get; private set; }

    /// <summary>Whether it does so by another VM's document: the VM is a clone that has not booted yet.</summary>
    public bool IsLent => _opened?.IsOfAnother(vmid) == true;

    /// <summary>Learns from the configuration what this start's QEMU opens.</summary>
    /// <param name="config">The configuration as Proxmox VE has it in memory; null where the VM has none here.</param>
    public void Learn(VmConfig? config)
    {
        _config = config;
        _opened = config is null ? null : OpenedFiles.Of(config.Args, _settings, root);
        _leases.OpensStrings = _opened?.HasStrings == true;
        _lasting = _opened is null ? null : DangerOfMixture(_opened) ?? DangerOutside(_opened);
        Danger =
            _lasting
            ?? (
                _opened?.Owner is not { } owner ? null
                : owner == vmid ? $"{_document} is not known to hold VM {vmid}'s identity"
                : $"QEMU would open VM {owner}'s identity file"
            );
    }

    /// <summary>Writes the VM's identity, and where this start's QEMU opens the VM's own document, leases that.</summary>
    /// <param name="configLock">The VM's lock; null where it cannot be told who has it.</param>
    public void Write(ConfigLock? configLock)
    {
        bool isByHand = configLock?.IsOurs == true;
        try
        {
            if (_opened?.Owner == vmid && configLock is not { Starter: null })
            {
                // Whoever has the VM's lock may be starting it: the lease lasts as long as that.
                HostProcess starter = configLock?.Starter ?? HookProcess.FindParent();
                _leases.Take(starter, Make, Wait);
                (Danger, IsGiven) = (_lasting, true);
            }
            else
            {
                _ = _leases.WriteOwn(Make);
            }

            Check();
            log.Fact($"identity {_document}: fleet {OrNone(_identity!.FleetId)}, role {OrNone(_identity.Role)}");
        }
        catch (HostException e)
        {
            log.Fail($"identity not written: {e.Message}{WhatGuestGets()}");
            Check();
        }

        if (isByHand)
        {
            Danger = null; // nobody has the VM's lock, so no QEMU is being started
        }
    }

    /// <summary>Where this start's QEMU opens another VM's document: gives that this VM's identity until the start is over.</summary>
    /// <param name="starter">The process that starts the VM.</param>
    public void Lend(HostProcess starter)
    {
        int owner = _opened!.Owner!.Value;
        try
        {
            IdentityDocument identity = _identity ?? Make(root.Resolve(_document));
            _leases.Borrow(starter, owner, identity, Wait);
            (Danger, IsGiven) = (_lasting, true);
            log.Fact(
                $"first start of a clone: VM {owner}'s identity file carries this VM's identity until QEMU has read it"
            );
        }
        catch (HostException e)
        {
            Danger =
                $"QEMU would open VM {owner}'s identity file, and that cannot carry this VM's identity ({e.Message})";
        }
    }

    /// <summary>Looks whether the VM's own document holds its identity, where that could not be written or leased.</summary>
    public void Check()
    {
        if (_opened?.Owner == vmid && Danger is not null)
        {
            Danger = _lasting ?? DangerOfOwn();
        }
    }

    /// <summary>Who has the document that the start waits for; for its end.</summary>
    public string DescribeHolder()
    {
        try
        {
            return _opened?.Owner is not { } owner ? "another start"
                : _leases.HolderOf(owner) is { } lease && lease.Vmid != vmid
                    ? $"the start of VM {lease.Vmid} (process {lease.Starter.Id})"
                : ConfigLock.IsTaken(root, owner) ? $"a task that has VM {owner}'s lock"
                : "another start";
        }
        catch (HostException)
        {
            return "another start";
        }
    }

    private void Wait(Action wait) => deadline.Wait(TimeSpan.FromSeconds(_settings.LeaseWaitSeconds), wait);

    /// <summary>The VM's own document, as it is without a lease. Only where it may be lent is what cannot be read a danger.</summary>
    private string? DangerOfOwn()
    {
        try
        {
            if (_leases.HolderOf(vmid) is { } other && other.Vmid != vmid && other.IsLive(root))
            {
                return $"{_document} is lent to the start of VM {other.Vmid}";
            }

            IdentityDocument? held = IdentityDocument.Read(root.Resolve(_document));
            bool isOwn = held is null || (held.Vmid is { } named ? named == $"{vmid}" : !_leases.IsLent(vmid));
            return isOwn ? null : $"{_document} holds the identity of VM {held!.Vmid ?? "?"}";
        }
        catch (HostException e)
        {
            return IsNeverLent()
                ? null
                : $"{_document} is lent to a clone's start, or was, and cannot be read ({e.Message})";
        }
    }

    /// <summary>Whether a document that is not in <c>config_dir</c>, as it is now, is this VM's. Without a VMID its name tells, unless it is lent.</summary>
    private bool IsOwnIn(string path, IdentityDocument held) =>
        held.Vmid is { } named
            ? named == $"{vmid}"
            : Path.GetFileName(path) == $"{vmid}.json"
                && !HostFile.Exists(root.Resolve(path) + DocumentLeases.KeptSuffix);

    private string WhatGuestGets()
    {
        try
        {
            return IsLent ? ""
                : HostFile.Exists(root.Resolve(_document)) ? "; the guest gets the old identity"
                : "; there is none";
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
            return !_leases.IsLent(vmid);
        }
        catch (HostException)
        {
            return false;
        }
    }

    /// <summary>One lease is all that a start has: files of several VMs cannot all carry its identity.</summary>
    private static string? DangerOfMixture(OpenedFiles opened) =>
        opened.Owners.Count < 2
            ? null
            : $"args names the identity files of VM {string.Join(" and VM ", opened.Owners)}";

    /// <summary>What is no file of <c>config_dir</c> is the administrator's, unless it holds another VM's identity.</summary>
    private string? DangerOutside(OpenedFiles opened)
    {
        foreach (string path in opened.Outside)
        {
            if (DangerOutside(path) is { } danger)
            {
                return danger;
            }

            log.Note(
                $"args names {path}, which is no document of {_settings.ConfigDir}: it is left alone, and this start's guest reads it"
            );
        }

        return null;
    }

    private string? DangerOutside(string path)
    {
        try
        {
            if (IdentityStrings.IsNamed(path))
            {
                string name = Path.GetFileNameWithoutExtension(path);
                return name == $"{vmid}" ? null : $"args names {path}, which holds the identity of VM {name}";
            }

            IdentityDocument? held = IdentityDocument.ReadIfOne(root.Resolve(path));
            bool isOwn = held is not null && IsOwnIn(path, held);
            IsElsewhere |= isOwn && _opened?.Owner is null;
            return held is null || isOwn
                ? null
                : $"args names {path}, which holds the identity of {(held.Vmid is { } other ? $"VM {other}" : "a VM that it does not name")}";
        }
        catch (HostException e)
        {
            return $"args names {path}, which may hold another VM's identity ({e.Message})";
        }
    }

    /// <summary>The VM's identity; a broken fleet.toml keeps the one that is there.</summary>
    /// <param name="path">Where the VM's own document is.</param>
    private IdentityDocument Make(string path)
    {
        FleetConfig settings = _settings;
        if (fleet.Errors.Count > 0)
        {
            IdentityDocument? kept = IdentityDocument.Read(path);
            bool isOwn = kept is not null && (kept.Vmid ?? $"{vmid}") == $"{vmid}";
            TellBroken(isOwn);
            if (isOwn)
            {
                return _identity = kept!;
            }

            settings = new();
        }

        _identity = IdentityDocument.For(vmid, _config!, settings, Node.Name(root), DateTimeOffset.UtcNow);
        string[] dropped = [.. _config!.Tags.Except(_identity.TagsAtSetup)];
        if (dropped.Length > 0)
        {
            log.Note($"left out of tags_at_setup, since LamBoot could not read them: {string.Join(", ", dropped)}");
        }

        return _identity;
    }

    private void TellBroken(bool isKept)
    {
        string more = fleet.Errors.Count == 1 ? "" : $" (and {fleet.Errors.Count - 1} more)";
        string done = isKept ? "the current identity is kept" : "an identity without fleet and role is written";
        log.Fail($"{fleet.Errors[0]}{more}: {done}; fix the file, it takes effect at the next start");
    }

    private static string OrNone(string? text) => string.IsNullOrEmpty(text) ? "none" : $"'{text}'";
}
