using LamBoot.Fleet.Config;
using LamBoot.Hook.Identity;
using LamBoot.Hook.Store;
using LamBoot.Linux;
using LamBoot.Linux.Files;
using LamBoot.Linux.Processes;
using LamBoot.Pve.Config;

namespace LamBoot.Hook;

/// <summary>What each phase of a VM's start and stop does.</summary>
internal sealed class Phases(HostRoot root, int vmid, FleetToml fleet, TaskLog log, Deadline deadline) : IDisposable
{
    private readonly PhaseLock _lock = new(root, vmid);
    private readonly StartLeases _leases = new(root, vmid, fleet.Config, log);
    private readonly PhaseConfig _config = new(root, vmid);
    private readonly ArgsItems _items = new(root, vmid, fleet.Config, log);
    private readonly BootRecorder _recorder = new(root, vmid, fleet, log);
    private readonly string _document = fleet.Config.DocumentPath(vmid);

    /// <summary>The identity given at this start.</summary>
    public StartIdentity Identity { get; } = new(root, vmid, fleet, log, deadline);

    /// <summary>Writes the identity document and ensures that this start's QEMU and the next one pass it to the guest.</summary>
    public void PreStart()
    {
        VmConfigFile? file = _config.Open();
        Identity.Learn(file?.Config);
        if (file is null)
        {
            if (!_config.IsOfNode)
            {
                log.Fail("PVE_MIGRATED_FROM does not name a node: nothing done");
            }
            else if (!VmConfigFile.IsContainer(root, vmid))
            {
                log.Fail($"/etc/pve/qemu-server/{vmid}.conf not found: no identity written");
            }

            return;
        }

        bool isFirst = IsKnownMissing(root.Resolve(_document));
        GiveIdentity(file);
        if (Identity.IsLent && !_config.IsIncoming)
        {
            return;
        }

        if (!_config.IsIncoming)
        {
            CutOffChange.Recover(root, vmid, file.Config, log);
        }

        _recorder.RecordPrevious(file.Config, isFirst || _config.IsIncoming, _config.IsIncoming);
    }

    /// <summary>
    /// Ends the start's leases and fixes the args line again, because Proxmox VE overwrites some edits made in pre-start.
    /// </summary>
    public void PostStart()
    {
        _leases.GiveBack(_lock);
        EnsureItems();
        _lock.Release();
    }

    /// <summary>Fixes the args line and records the VM's health.</summary>
    public void PostStop()
    {
        _leases.GiveBack(_lock);
        VmConfigFile? file = EnsureItems();
        _lock.Release();

        // After an aborted migration, or on the source of one, the configuration belongs to another node.
        if (file is not null)
        {
            _recorder.RecordStopped(file.Config);
        }
    }

    /// <summary>The deadline has passed: if a VM's health was being read, records that it could not be.</summary>
    public void RecordTimeout(int seconds) => _recorder.RecordTimeout(seconds);

    /// <inheritdoc/>
    public void Dispose() => _lock.Release();

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

    private void GiveIdentity(VmConfigFile file)
    {
        ConfigLock? configLock = _lock.TakeOrNull(log);
        if (configLock?.IsHeld == true)
        {
            _leases.GiveBack(_lock); // left by an earlier start that was killed
        }

        if (fleet.Errors.Count > 0 && Identity.IsElsewhere)
        {
            // fleet.toml may say where documents are but cannot be read, and this VM has one elsewhere.
            log.Fail(
                $"{fleet.Errors[0]}: keeping the current identity and args; fix the file; takes effect at the next start"
            );
            _lock.Release();
            return;
        }

        if (Identity.IsLent && configLock?.Holder is { } holder)
        {
            log.Fail($"{holder} holds VM {vmid}'s lock: not a start");
        }

        Identity.Write(configLock);
        if (Identity.IsLent && configLock?.Starter is { } starter)
        {
            Lend(file, starter);
        }

        // Only now: if this process dies, the snippet uses the args in the file to decide whether to refuse the start.
        if (Identity.Danger is null && !_config.IsIncoming && _items.Ensure(file, _lock.Take, isStart: true))
        {
            LogChanged();
        }

        _lock.Release();
    }

    private void Lend(VmConfigFile file, HostProcess starter)
    {
        Identity.Lend(starter);
        if (Identity.IsGiven && !_config.IsIncoming)
        {
            // Before the args are edited: until then they tell that this VM has never started.
            CutOffChange.Recover(root, vmid, file.Config, log);
            _recorder.SkipSource(file.Config);
        }
    }

    private void LogChanged()
    {
        const string Updated = "args updated; takes effect at the next start";
        if (Identity.IsGiven)
        {
            log.Fact(Updated);
            return;
        }

        string text =
            $"{Updated} (no identity at this start); to avoid that, run 'lamboot-hook attach {vmid}' before the first start";
        if (fleet.Config.BlocksOnError)
        {
            log.Fail(text);
        }
        else
        {
            log.Note(text);
        }
    }

    private VmConfigFile? EnsureItems()
    {
        VmConfigFile? file = _config.Open();
        if (file is not null && !_config.IsIncoming && _items.Ensure(file, _lock.Take, isStart: false))
        {
            log.Fact("args updated; takes effect at the next start");
        }

        return file;
    }
}
