using LamBoot.Commands.Selection;
using LamBoot.Fleet;
using LamBoot.Fleet.Config;
using LamBoot.Fleet.Crashes;
using LamBoot.Linux;
using LamBoot.Linux.Processes;
using LamBoot.Nvram.Variables;
using LamBoot.Pve.Config;
using LamBoot.Pve.Programs;
using LamBoot.Pve.Qemu;
using LamBoot.Pve.Store;

namespace LamBoot.Commands.Rescue;

/// <summary>Changes the store of a stopped VM and reports the changes. A running VM is refused or, on request, stopped first.</summary>
/// <param name="root">The host.</param>
/// <param name="fleet">The fleet's configuration.</param>
internal sealed class StoreChanger(HostRoot root, FleetToml fleet)
{
    // HA stops a VM a few seconds after the request.
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(60);

    /// <summary>Whether to only report what would change.</summary>
    public bool IsDryRun { get; init; }

    /// <summary>Whether to stop a running VM first.</summary>
    public bool Stops { get; init; }

    /// <summary>Whether to start the VM afterwards.</summary>
    public bool Starts { get; init; }

    /// <summary>Changes the store of a VM named by its VMID.</summary>
    /// <returns>The exit code.</returns>
    public int Run(int vmid, StorePlan plan) => Run([vmid], areNamed: true, plan);

    /// <summary>Changes the stores of VMs.</summary>
    /// <param name="vmids">The VMs.</param>
    /// <param name="areNamed">Whether the user named each VMID.</param>
    /// <param name="plan">The change.</param>
    /// <returns>The exit code.</returns>
    public int Run(IReadOnlyList<int> vmids, bool areNamed, StorePlan plan) =>
        new EachVm(vmid => Change(vmid, plan)).Run(vmids, areNamed);

    private void Change(int vmid, StorePlan plan)
    {
        UnfitException.ThrowIfNoStore(Config(vmid));
        bool runs = QemuProcess.Find(root, vmid) is not null;
        if (runs && !Stops)
        {
            throw new HostException(
                $"VM {vmid} is running, and its firmware owns the store: qm shutdown {vmid} first, or --stop (a hard 'qm stop')"
            );
        }

        if (IsDryRun)
        {
            Preview(vmid, plan, runs);
            return;
        }

        string? fault = runs ? ChangeRunning(vmid, plan) : ChangeStopped(vmid, plan);
        StartIfAsked(vmid);
        if (fault is not null)
        {
            throw new HostException($"changed, but its last boot is not in the health log: {fault}");
        }
    }

    private void Preview(int vmid, StorePlan plan, bool runs)
    {
        StoreChange change = runs ? Peek(vmid, plan) : PlanOfStopped(vmid, plan);
        IEnumerable<string> lines =
        [
            .. runs ? [$"would run: qm stop {vmid}"] : (string[])[],
            .. change.Changes.Count == 0
                ? ["nothing to change"]
                : change.Changes.Select(line => $"would change {line}"),
            .. change.Notes,
            .. Starts ? [$"would run: qm start {vmid}"] : (string[])[],
        ];
        Say(vmid, lines);
    }

    /// <summary>Reports what cannot be changed before the VM is stopped; a VM stopped in vain is started again.</summary>
    private string? ChangeRunning(int vmid, StorePlan plan)
    {
        _ = Peek(vmid, plan);
        Stop(vmid);
        try
        {
            return ChangeStopped(vmid, plan);
        }
        catch (HostException) when (Starts)
        {
            StartIfAsked(vmid);
            throw;
        }
    }

    /// <summary>Makes the change.</summary>
    /// <returns>Why the VM's last boot was not recorded; null if it was.</returns>
    private string? ChangeStopped(int vmid, StorePlan plan)
    {
        using StoreEdit edit = StoreEdit.Open(root, vmid, LamBootPaths.Backups);
        byte[] before = edit.Read();
        (byte[] volume, StoreChange change) = Plan(before, edit.Config, plan);
        if (change.Changes.Count == 0)
        {
            Say(vmid, ["nothing to change", .. change.Notes]);
            return null;
        }

        string? fault = change.State is { } state
            ? new SetState(root, fleet, vmid, edit.Config).Expect(state.State, state.CrashCount)
            : null;
        if (change.ClearsCrashes)
        {
            KeepCrashes(vmid, edit.Config.Uuid, before);
        }

        StoreBackup backup = edit.Write(volume);
        Say(vmid, [.. change.Changes, $"changed; {RestoreCommand.WhatPutsBack(vmid, backup)}", .. change.Notes]);
        return fault;
    }

    /// <summary>Saves the crashes in a store; a crash that cannot be saved is not cleared.</summary>
    private void KeepCrashes(int vmid, string? uuid, byte[] volume)
    {
        if (VariableStore.TryOpen(volume, volume.Length, out VariableStore store, out _))
        {
            new CrashArchive(root).Keep(vmid, uuid, store);
            Say(
                vmid,
                [$"its crash records are saved in {LamBootPaths.CrashFolder}: lamboot-hook crash {vmid} shows them"]
            );
        }
    }

    private StoreChange PlanOfStopped(int vmid, StorePlan plan)
    {
        using StoreEdit edit = StoreEdit.Open(root, vmid, LamBootPaths.Backups);
        return Plan(edit.Read(), edit.Config, plan).Change;
    }

    private VmConfig Config(int vmid) =>
        VmConfigFile.Open(root, vmid)?.Config ?? throw new HostException(VmConfigFile.WhyNone(root, vmid));

    private StoreChange Peek(int vmid, StorePlan plan)
    {
        VmConfig config = Config(vmid);
        return Plan(StoreEdit.Peek(root, vmid, config), config, plan).Change;
    }

    private static (byte[] Volume, StoreChange Change) Plan(byte[] volume, VmConfig config, StorePlan plan) =>
        StoreWriting.Apply(volume, writer => plan(writer, config));

    private void Stop(int vmid)
    {
        Qm.Stop(root, vmid);
        if (!Wait.Until(() => QemuProcess.Find(root, vmid) is null, StopPatience))
        {
            throw new HostException(
                $"VM {vmid} is still running {StopPatience.TotalSeconds} s after 'qm stop': check its task log and HA state; nothing changed"
            );
        }

        Say(vmid, ["stopped"]);
    }

    private void StartIfAsked(int vmid)
    {
        if (Starts)
        {
            Qm.Start(root, vmid);
            Say(vmid, ["started"]);
        }
    }

    private static void Say(int vmid, IEnumerable<string> lines)
    {
        foreach (string line in lines)
        {
            EachVm.Say($"VM {vmid}: {line}");
        }
    }
}
