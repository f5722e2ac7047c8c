using LamBoot.Linux.Processes;

namespace LamBoot.Pve.Config;

/// <summary>The process that took a lock. A child that inherited the lock may still hold it when that process has ended.</summary>
/// <param name="Process">The process; null if it has ended or is unknown.</param>
/// <param name="Name">A description for people.</param>
public readonly record struct LockTaker(HostProcess? Process, string Name)
{
    /// <summary>
    /// Whether a start may depend on this lock: its starter took it, or a process from which the starter may have inherited it. A process
    /// that began later took it for something else.
    /// </summary>
    public bool MayBeOf(HostProcess starter) => Process is not { } taker || taker.StartTime <= starter.StartTime;
}
