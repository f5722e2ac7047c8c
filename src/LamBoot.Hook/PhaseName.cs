namespace LamBoot.Hook;

/// <summary>The phases that Proxmox VE passes to hookscripts.</summary>
internal static class PhaseName
{
    public const string PreStart = "pre-start";

    public const string PostStart = "post-start";

    public const string PreStop = "pre-stop";

    public const string PostStop = "post-stop";

    /// <summary>
    /// Whether two arguments form a phase call. That includes an unknown phase, and a known phase with an invalid VMID: neither may stop a
    /// VM from starting, as a usage error would.
    /// </summary>
    public static bool IsPhase(string vmid, string phase) =>
        IsKnown(phase) || (vmid.Length > 0 && char.IsAsciiDigit(vmid[0]) && !phase.StartsWith('-'));

    /// <summary>Whether the phase is a known one.</summary>
    public static bool IsKnown(string phase) => phase is PreStart or PostStart or PreStop or PostStop;
}
