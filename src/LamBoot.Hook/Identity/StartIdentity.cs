using LamBoot.Fleet.Config;
using LamBoot.Fleet.Identity;
using LamBoot.Fleet.Leases;
using LamBoot.Linux;
using LamBoot.Linux.Processes;
using LamBoot.Pve.Config;

namespace LamBoot.Hook.Identity;

/// <summary>
/// Gives the guest its identity at a start: through the VM's own document or, if this start's QEMU opens another VM's (a clone's first
/// start), through that one, under a lease.
/// </summary>
internal sealed class StartIdentity(HostRoot root, int vmid, FleetToml fleet, TaskLog log, Deadline deadline)
{
    /// <summary>The danger of a start whose configuration has not been read.</summary>
    public const string Unread = "QEMU may open another VM's identity file";

    private readonly FleetConfig _settings = fleet.Config;
    private readonly DocumentLeases _leases = new(root, fleet.Config, vmid);
    private readonly NewIdentity _new = new(root, vmid, fleet, log);
    private readonly string _document = fleet.Config.DocumentPath(vmid);

    private VmConfig? _config;
    private GivenAtStart? _given;
    private IdentityDocument? _identity;

    /// <summary>
    /// What this start's guest would read that is not known to be its own identity; null if it is known, or if the guest gets nothing of
    /// ours. Until the configuration is read, it could be anything.
    /// </summary>
    public string? Danger { get; private set; } = Unread;

    /// <summary>Whether this start's QEMU opens a document of this VM outside <c>config_dir</c>.</summary>
    public bool IsElsewhere => _given?.IsElsewhere == true;

    /// <summary>Whether this start's QEMU gives the guest this VM's identity.</summary>
    public bool IsGiven { get; private set; }

    /// <summary>Whether it does so through another VM's document: the VM is a clone that has never booted.</summary>
    public bool IsLent => _given?.Opened.IsOfAnother(vmid) == true;

    /// <summary>Whether args of the VM's own would end the danger.</summary>
    public bool IsByArgs => _given?.Foreign is not null || IsLent;

    /// <summary>Determines from the configuration which files this start's QEMU opens.</summary>
    /// <param name="config">The configuration as Proxmox VE holds it in memory; null if the VM has none on this node.</param>
    public void Learn(VmConfig? config)
    {
        _config = config;
        _given = config is null ? null : new GivenIdentity(root, _settings, vmid, config).By(config.Args);
        _leases.OpensStrings = _given?.Opened.HasStrings == true;
        foreach (string path in _given?.LeftAlone ?? [])
        {
            log.Note(
                $"args points to {path}, which is not an identity file in {_settings.ConfigDir}; left unchanged, so the guest reads it at this start"
            );
        }

        Danger =
            _given?.Foreign
            ?? (
                _given?.Opened.Owner is not { } owner ? null
                : owner == vmid ? $"{_document} is not known to hold VM {vmid}'s identity"
                : $"QEMU would open VM {owner}'s identity file"
            );
    }

    /// <summary>Writes the VM's identity and, if this start's QEMU opens the VM's own document, leases that document.</summary>
    /// <param name="configLock">The VM's lock; null if its holder is unknown.</param>
    public void Write(ConfigLock? configLock)
    {
        bool isByHand = configLock?.IsOurs == true;
        try
        {
            if (_given?.Opened.Owner == vmid && configLock is not { Starter: null })
            {
                // The holder of the VM's lock may be starting it: the lease lasts as long as that process.
                HostProcess starter = configLock?.Starter ?? ThisProcess.FindParent();
                _leases.Take(Make, NewWait(starter, vmid));
                (Danger, IsGiven) = (_given!.Foreign, true);
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
            log.Fail(
                $"identity not written: {e.Message}{(IsLent ? "" : OwnDocument.WhatGuestGets(root.Resolve(_document)))}"
            );
            Check();
        }

        if (isByHand)
        {
            Danger = null; // nobody holds the VM's lock, so no QEMU is being started
        }
    }

    /// <summary>If this start's QEMU opens another VM's document, puts this VM's identity into it until the start is over.</summary>
    /// <param name="starter">The process that starts the VM.</param>
    public void Lend(HostProcess starter)
    {
        int owner = _given!.Opened.Owner!.Value;
        try
        {
            IdentityDocument identity = _identity ?? Make(root.Resolve(_document));
            _leases.Borrow(owner, identity, NewWait(starter, owner));
            (Danger, IsGiven) = (_given!.Foreign, true);
            UntilRead.Begin(root, fleet.Path, Lease.Of(vmid, starter), owner, ChannelItems.In(_config!.Args));
            log.Fact(
                $"first start of a clone: VM {owner}'s identity file carries this VM's identity until QEMU has read it"
            );
        }
        catch (HostException e)
        {
            Danger =
                $"QEMU would open VM {owner}'s identity file, which cannot be made to carry this VM's identity ({e.Message})";
        }
    }

    /// <summary>Checks whether the VM's own document holds its identity after it could not be written or leased.</summary>
    public void Check()
    {
        if (_given?.Opened.Owner == vmid && Danger is not null)
        {
            Danger = _given!.Foreign ?? new OwnDocument(root, _settings, vmid, _leases).Danger();
        }
    }

    /// <summary>Names the holder of the document that the start is waiting for, for the line that reports the timeout.</summary>
    public string DescribeHolder()
    {
        try
        {
            return (_given?.Opened.Owner is { } owner ? _leases.DescribeHolder(owner) : null) ?? "another start";
        }
        catch (HostException)
        {
            return "another start";
        }
    }

    /// <summary>Makes the VM's identity.</summary>
    /// <param name="path">The path of the VM's own document.</param>
    private IdentityDocument Make(string path) => _identity = _new.Make(_config!, path);

    private LeaseWait NewWait(HostProcess starter, int owner) =>
        new(
            starter,
            deadline,
            TimeSpan.FromSeconds(_settings.LeaseWaitSeconds),
            (holder, before) =>
                log.Fact(
                    $"waiting for VM {holder.Vmid}'s {(holder.Vmid == owner ? "start" : "first start")} ({before} ahead of this one)"
                ),
            task => log.Fact($"waiting for the task that holds VM {owner}'s lock ({task})")
        );

    private static string OrNone(string? text) => string.IsNullOrEmpty(text) ? "none" : $"'{text}'";
}
