using System.Globalization;
using LamBoot.Linux;
using LamBoot.Linux.Processes;
using LamBoot.Pve.Config;

namespace LamBoot.Fleet.Leases;

/// <summary>Who has an identity document: the start that it carries the identity of.</summary>
/// <param name="Vmid">The VM that is being started.</param>
/// <param name="Starter">The process that starts it.</param>
/// <param name="Boot">The host's boot that the process is of.</param>
public readonly record struct Lease(int Vmid, HostProcess Starter, string Boot)
{
    /// <summary>The lease of a start that is under way.</summary>
    public static Lease Of(int vmid, HostProcess starter) => new(vmid, starter, HostBoot.Id);

    /// <summary><c>VMID PID START-TIME BOOT-ID</c>.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Vmid} {Starter.Id} {Starter.StartTime} {Boot}");

    /// <summary>
    /// Whether its start may still open the document: somebody has the VM's lock, the process that starts it or a child that outlives
    /// that. A starter that has given the lock up has started the VM, or failed to, and may live on.
    /// </summary>
    /// <exception cref="HostException">It cannot be told.</exception>
    public bool IsLive(HostRoot root) =>
        Boot == HostBoot.Id && (ConfigLock.IsTaken(root, Vmid) || ConfigLock.IsOpenIn(Starter, Vmid));

    /// <summary>Reads a lease; null for what is none, such as what a power cut left of one.</summary>
    internal static Lease? Parse(string text) =>
        text.Split(' ') is [string vmid, string id, string startTime, string boot]
        && Pve.Config.Vmid.TryParse(vmid, out int number)
        && int.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out int process)
        && ulong.TryParse(startTime, NumberStyles.None, CultureInfo.InvariantCulture, out ulong started)
            ? new(number, new(process, started), boot)
            : null;
}
