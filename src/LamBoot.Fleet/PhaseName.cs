namespace LamBoot.Fleet;

/// <summary>The phases that Proxmox VE passes to hookscripts.</summary>
public static class PhaseName
{
    /// <summary>Before QEMU is started: the only phase that can refuse a start.</summary>
    public const string PreStart = "pre-start";

    /// <summary>QEMU runs.</summary>
    public const string PostStart = "post-start";

    /// <summary>Before a shutdown or stop from the host.</summary>
    public const string PreStop = "pre-stop";

    /// <summary>QEMU has ended.</summary>
    public const string PostStop = "post-stop";

    /// <summary>All of them, in the order of a VM's run.</summary>
    public static string[] All => [PreStart, PostStart, PreStop, PostStop];

    /// <summary>
    /// Whether two arguments form a phase call. That includes an unknown phase, and a known phase with an invalid VMID: neither may stop a
    /// VM from starting, as a usage error would.
    /// </summary>
    public static bool IsPhase(string vmid, string phase) =>
        IsKnown(phase) || (vmid.Length > 0 && char.IsAsciiDigit(vmid[0]) && !phase.StartsWith('-'));

    /// <summary>Whether the phase is a known one.</summary>
    public static bool IsKnown(string phase) => phase is PreStart or PostStart or PreStop or PostStop;
}
