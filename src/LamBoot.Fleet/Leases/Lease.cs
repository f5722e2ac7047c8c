using System.Globalization;
using LamBoot.Linux;
using LamBoot.Linux.Processes;
using LamBoot.Pve.Config;

namespace LamBoot.Fleet.Leases;

/// <summary>The holder of an identity document: the start whose identity it carries.</summary>
/// <param name="Vmid">The VM being started.</param>
/// <param name="Starter">The process that starts it.</param>
/// <param name="Boot">The boot ID of the host that the process belongs to.</param>
public readonly record struct Lease(int Vmid, HostProcess Starter, string Boot)
{
    /// <summary>The lease of a start in progress.</summary>
    public static Lease Of(int vmid, HostProcess starter) => new(vmid, starter, HostBoot.Id);

    /// <summary><c>VMID PID START-TIME BOOT-ID</c>.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Vmid} {Starter.Id} {Starter.StartTime} {Boot}");

    /// <summary>
    /// Whether its start may still open the document: the VM's lock is held, by the process that starts the VM or by a child that outlives
    /// it. A starter that has released the lock has either started the VM or failed, even if it is still running.
    /// </summary>
    /// <exception cref="HostException">It cannot be determined.</exception>
    public bool IsLive(HostRoot root) =>
        Boot == HostBoot.Id && (ConfigLock.IsTaken(root, Vmid) || ConfigLock.IsOpenIn(Starter, Vmid));

    /// <summary>Parses a lease; null if the text is not one, for example after a power failure.</summary>
    internal static Lease? Parse(string text) =>
        text.Split(' ') is [string vmid, string id, string startTime, string boot]
        && Pve.Config.Vmid.TryParse(vmid, out int number)
        && int.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out int process)
        && ulong.TryParse(startTime, NumberStyles.None, CultureInfo.InvariantCulture, out ulong started)
            ? new(number, new(process, started), boot)
            : null;
}
