using LamBoot.Linux;
using LamBoot.Pve.Config;

namespace LamBoot.Commands.Selection;

/// <summary>A change that a VM is not fit for: no failure where all VMs were asked for.</summary>
internal sealed class UnfitException(string message) : HostException(message)
{
    /// <summary>Throws for a VM whose variable store does not change.</summary>
    public static void ThrowIfNoStore(VmConfig config)
    {
        if (!config.IsOvmf || config.IsTemplate)
        {
            throw new UnfitException(config.IsTemplate ? "a template" : "not UEFI (no 'bios: ovmf')");
        }
    }
}
