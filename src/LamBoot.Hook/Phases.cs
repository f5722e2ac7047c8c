using LamBoot.Fleet;
using LamBoot.Fleet.Config;
using LamBoot.Fleet.Identity;
using LamBoot.Linux;
using LamBoot.Linux.Files;
using LamBoot.Linux.Processes;
using LamBoot.Pve.Config;
using LamBoot.Pve.Store;

namespace LamBoot.Hook;

/// <summary>What is done in each phase of a VM's start and stop.</summary>
internal sealed class Phases(HostRoot root, int vmid, FleetToml fleet, TaskLog log, Deadline deadline) : IDisposable
{
    // Others give up on the VM's lock after 10 s; by hand we wait for Proxmox VE's short edits.
    private static readonly TimeSpan LockWait = TimeSpan.FromSeconds(1);

    // In an incoming migration Proxmox VE names the node that the VM comes from; else it is empty.
    private readonly string? _incomingFrom = Environment.GetEnvironmentVariable("PVE_MIGRATED_FROM")
        is { Length: > 0 } node
        ? node
        : null;

    private readonly ArgsItems _items = new(root, vmid, fleet.Config, log);
    private readonly BootRecorder _recorder = new(root, vmid, fleet, log);
    private readonly string _document = fleet.Config.DocumentPath(vmid);
    private ConfigLock? _lock;

    /// <summary>The identity of the start.</summary>
    public StartIdentity Identity { get; } = new(root, vmid, fleet, log, deadline);

    /// <summary>Writes the identity document, and ensures that the guest is given it: by this start's QEMU, and the next.</summary>
    public void PreStart()
    {
        VmConfigFile? file = IsNode() ? OpenConfig() : null;
        Identity.Learn(file?.Config);
        if (file is null)
        {
            if (!IsNode())
            {
                log.Fail("PVE_MIGRATED_FROM names no node: nothing done");
            }
            else if (!VmConfigFile.IsContainer(root, vmid))
            {
                log.Fail($"there is no /etc/pve/qemu-server/{vmid}.conf: no identity written");
            }

            return;
        }

        bool isFirst = IsKnownMissing(root.Resolve(_document));
        GiveIdentity(file);
        RecoverStore(file.Config);
        if (Identity.IsLent && Identity.IsGiven)
        {
            _recorder.SkipSource(file.Config);
        }
        else if (!Identity.IsLent)
        {
            _recorder.RecordPrevious(file.Config, isFirst);
        }
    }

    /// <summary>Ends the start's leases; ensures the args line again, since some edits of pre-start are overwritten.</summary>
    public void PostStart()
    {
        GiveBack();
        EnsureItems();
        Unlock();
    }

    /// <summary>Ensures the args line, and records the VM's health.</summary>
    public void PostStop()
    {
        GiveBack();
        VmConfigFile? file = EnsureItems();
        Unlock();

        // After an aborted migration, or from a migration's source, the configuration is another node's.
        if (file is not null)
        {
            _recorder.RecordStopped(file.Config);
        }
    }

    /// <summary>The deadline has passed: where a VM's health was being read, that it could not be is its record.</summary>
    public void RecordTimeout(int seconds) => _recorder.RecordTimeout(seconds);

    /// <inheritdoc/>
    public void Dispose() => Unlock();

    private static bool IsKnownMissing(string path)
    {
        try
        {
            return !FileQuery.Exists(path);
        }
        catch (HostException)
        {
            return false;
        }
    }

    private VmConfigFile? OpenConfig() => VmConfigFile.Open(root, vmid, _incomingFrom);

    private bool IsNode() =>
        _incomingFrom is not { } node || (!node.Contains('/', StringComparison.Ordinal) && !node.StartsWith('.'));

    /// <summary>
    /// The VM's lock, which an ancestor of ours has in a phase; by hand we take it, and nobody starts the VM meanwhile. Before the
    /// health is read it is given up again: who reads an LVM volume takes it anew.
    /// </summary>
    private ConfigLock Lock() => _lock ??= ConfigLock.Take(root, vmid, LockWait);

    private void Unlock()
    {
        _lock?.Dispose();
        _lock = null;
    }

    private void GiveIdentity(VmConfigFile file)
    {
        ConfigLock? configLock = LockOrNull();
        if (configLock?.IsHeld == true)
        {
            GiveBack(); // what a start before this one left that was killed
        }

        if (fleet.Errors.Count > 0 && Identity.IsElsewhere)
        {
            // The file may say where documents are, and cannot be read: this VM has one elsewhere.
            log.Fail(
                $"{fleet.Errors[0]}: the current identity and args are kept; fix the file, it takes effect at the next start"
            );
            Unlock();
            return;
        }

        Identity.Write(configLock);
        if (Identity.IsLent && configLock?.Starter is { } starter)
        {
            Identity.Lend(starter);
        }

        // Not before: by the args that stand in the file the snippet tells a start that is to be refused, if this process dies.
        if (Identity.Danger is null && _incomingFrom is null && _items.Ensure(file, Lock, isStart: true))
        {
            TellChanged();
        }

        Unlock();
    }

    private ConfigLock? LockOrNull()
    {
        try
        {
            return Lock();
        }
        catch (HostException e)
        {
            log.Fail($"cannot tell whether VM {vmid} is being started: {e.Message}");
            return null;
        }
    }

    private void TellChanged()
    {
        const string Updated = "args updated; takes effect at the next start";
        if (Identity.IsGiven)
        {
            log.Fact(Updated);
            return;
        }

        string told =
            $"{Updated}, in this one the guest has no identity; to avoid that, run 'lamboot-hook attach {vmid}' before the first start";
        if (fleet.Config.BlocksOnError)
        {
            log.Fail(told);
        }
        else
        {
            log.Note(told);
        }
    }

    /// <summary>A change of the store that was cut off, a power cut in the midst of enroll, is undone before QEMU opens it.</summary>
    private void RecoverStore(VmConfig config)
    {
        try
        {
            StoreRecovery recovery = _incomingFrom is null
                ? StoreEdit.Recover(root, vmid, config, LamBootPaths.Backups)
                : StoreRecovery.None;
            if (recovery == StoreRecovery.PutBack)
            {
                log.Note(
                    "a change of the variable store was cut off: restored the store before it; enroll or restore again"
                );
            }
            else if (recovery == StoreRecovery.WrittenSince)
            {
                log.Note("a change of the variable store was cut off, and the store was written since: left as it is");
            }
        }
        catch (HostException e)
        {
            log.Fail(
                $"a change of the variable store was cut off, and the store before it is not restored: {e.Message}"
            );
        }
    }

    /// <summary>Ends this VM's leases. By hand nothing of a start that is under way is given back.</summary>
    private void GiveBack()
    {
        try
        {
            DocumentLeases leases = new(root, fleet.Config, vmid);
            if (!leases.HasAny())
            {
                return;
            }

            if (!Lock().IsHeld)
            {
                log.Note($"{Lock().Holder} holds VM {vmid}'s lock: its identity files are left as they are");
            }
            else if (leases.GiveBack() is { } owner)
            {
                log.Fact($"restored VM {owner}'s identity file");
            }
        }
        catch (HostException e)
        {
            log.Fail($"an identity file is not restored: {e.Message}; the next start that needs it restores it");
        }
    }

    private VmConfigFile? EnsureItems()
    {
        VmConfigFile? file = IsNode() ? OpenConfig() : null;
        if (file is not null && _incomingFrom is null && _items.Ensure(file, Lock, isStart: false))
        {
            log.Fact("args updated; takes effect at the next start");
        }

        return file;
    }
}
