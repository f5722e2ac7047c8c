namespace LamBoot.Fleet;

/// <summary>What LamBoot's own host tools leave on a node (lamboot-tools, pve/).</summary>
public static class Upstream
{
    private const string HookscriptName = "/lamboot-hookscript.pl";

    /// <summary>The beginning of the SMBIOS string by which its older hookscripts gave a VM its VMID.</summary>
    public const string VmidString = "lamboot.vmid=";

    /// <summary>Whether a hookscript is upstream's, on whatever storage. Ours does its work, and both would write the same files.</summary>
    public static bool IsHookscript(string? volume) =>
        volume?.EndsWith(HookscriptName, StringComparison.Ordinal) == true;
}
