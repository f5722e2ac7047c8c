using System.Globalization;
using LamBoot.Linux;
using LamBoot.Linux.Processes;

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

    /// <summary>Whether its start may still read the files.</summary>
    /// <param name="root">The host.</param>
    /// <param name="owner">The VM that owns the files.</param>
    /// <exception cref="HostException">It cannot be determined.</exception>
    public bool IsLive(HostRoot root, int owner) => FindProcess(root, owner) is not null;

    /// <summary>Describes the process because of which the lease is live: the starter, or the start's QEMU; null if it is not.</summary>
    /// <inheritdoc cref="IsLive"/>
    public string? FindProcess(HostRoot root, int owner) => new LeaseProcess(root, this, owner).Find();

    /// <summary>Parses a lease; null if the text is not one, for example after a power failure.</summary>
    internal static Lease? Parse(string text) =>
        text.Split(' ') is [string vmid, string id, string startTime, string boot]
        && Pve.Config.Vmid.TryParse(vmid, out int number)
        && int.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out int process)
        && ulong.TryParse(startTime, NumberStyles.None, CultureInfo.InvariantCulture, out ulong started)
            ? new(number, new(process, started), boot)
            : null;
}
