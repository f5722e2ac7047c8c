namespace LamBoot.Fleet;

/// <summary>What LamBoot's own host tools (lamboot-tools, pve/) leave on a node.</summary>
public static class Upstream
{
    private const string HookscriptName = "/lamboot-hookscript.pl";

    /// <summary>The prefix of the SMBIOS string with which its older hookscripts gave a VM its VMID.</summary>
    public const string VmidString = "lamboot.vmid=";

    /// <summary>Whether a hookscript is upstream's, on any storage. Ours replaces it, and both would write the same files.</summary>
    public static bool IsHookscript(string? volume) =>
        volume?.EndsWith(HookscriptName, StringComparison.Ordinal) == true;
}
