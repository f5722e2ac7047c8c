using LamBoot.Fleet.Config;
using LamBoot.Fleet.Identity;
using LamBoot.Linux;
using LamBoot.Linux.Processes;
using LamBoot.Pve.Config;
using LamBoot.Pve.Qemu;

namespace LamBoot.Fleet.Leases;

/// <summary>
/// A start of the VM that owns a document which a clone needs, as far as it can be told from its lock: its hook may have died or had no
/// lease, and its QEMU opens the document all the same.
/// </summary>
/// <param name="root">The host.</param>
/// <param name="fleet">The fleet's configuration.</param>
/// <param name="owner">The VM that owns the document.</param>
internal sealed class OwnStart(HostRoot root, FleetConfig fleet, int owner)
{
    /// <summary>
    /// Describes the process that holds the lock and may be starting the VM with its own document; null if there is none. A template never
    /// starts. The task is another, such as a clone or a migration, if the VM was running before and its own pre-start would wait for the
    /// document: a rollback stops and starts a VM under one lock.
    /// </summary>
    /// <exception cref="HostException">It cannot be determined.</exception>
    public string? FindTask() =>
        ConfigLock.FindTaker(root, owner) is { } taker
        && VmConfigFile.Open(root, owner) is { Config: { IsTemplate: false } config }
        && OpenedFiles.Of(config.Args, fleet).AreOf(owner)
        && !(LamBootPaths.IsOurHookscript(config.Hookscript) && WasRunningBefore(taker))
            ? taker.Name
            : null;

    private bool WasRunningBefore(LockTaker taker) =>
        taker.Process is { } task
        && QemuProcess.Find(root, owner) is { } qemu
        && HostProcess.Find(qemu.Id) is { } process
        && process.StartTime < task.StartTime;
}
