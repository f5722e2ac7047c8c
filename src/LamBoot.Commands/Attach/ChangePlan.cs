using LamBoot.Commands.Selection;
using LamBoot.Fleet;
using LamBoot.Fleet.Config;
using LamBoot.Fleet.Identity;
using LamBoot.Linux;
using LamBoot.Pve.Config;

namespace LamBoot.Commands.Attach;

/// <summary>The changes that <c>attach</c> and <c>detach</c> make to a VM's configuration: pure functions of their arguments.</summary>
internal static class ChangePlan
{
    /// <summary>Adds the hookscript and the item in args.</summary>
    /// <param name="vmid">The VM.</param>
    /// <param name="config">Its configuration.</param>
    /// <param name="fleet">The fleet's configuration.</param>
    /// <param name="hookscript">The volume of our snippet.</param>
    /// <param name="replaces">Whether to replace another hookscript if fleet.toml chains it.</param>
    /// <param name="isRunnable">Whether a hookscript can run: if so, one of ours on another storage stays.</param>
    /// <exception cref="UnfitException">The VM cannot be attached.</exception>
    /// <exception cref="HostException">The configuration forbids it.</exception>
    public static VmChange Attach(
        int vmid,
        VmConfig config,
        FleetConfig fleet,
        string hookscript,
        bool replaces,
        Func<string, bool> isRunnable
    )
    {
        if (!config.IsOvmf)
        {
            throw new UnfitException("not UEFI (no 'bios: ovmf')");
        }

        ThrowIfLocked(vmid, config);
        if (config.NextArgs.Fault is { } fault)
        {
            throw new HostException($"args {fault}; fix it with qm set {vmid} --args …");
        }

        bool stays = config.Hookscript is { } present && Stays(vmid, present, fleet, hookscript, replaces, isRunnable);
        ArgsLine wanted = new ChannelItems(fleet, fleet.Channels).With(config.NextArgs, vmid);
        return new(config, stays ? null : hookscript, wanted.Text == config.NextArgs.Text ? null : wanted);
    }

    /// <summary>Removes both; a chained hookscript is restored.</summary>
    /// <param name="vmid">The VM.</param>
    /// <param name="config">Its configuration.</param>
    /// <param name="fleet">The fleet's configuration.</param>
    /// <param name="hasDocument">Whether its identity document exists: a leftover one still has to be removed.</param>
    /// <inheritdoc cref="Attach"/>
    public static VmChange Detach(int vmid, VmConfig config, FleetConfig fleet, bool hasDocument)
    {
        bool isOurs = LamBootPaths.IsOurHookscript(config.Hookscript);
        ArgsLine next = config.NextArgs;
        bool hasItem = ChannelItems.In(next).Count > 0;
        if (!isOurs && !hasItem)
        {
            return ChannelItems.In(config.Args).Count > 0 || hasDocument
                ? new(config, null, null)
                : throw new UnfitException("not attached");
        }

        // Proxmox VE drops a faulty line entirely, including our item, so it is left alone.
        ThrowIfLocked(vmid, config);
        string? hookscript = isOurs ? fleet.ChainOf(vmid) ?? "" : null;
        return new(config, hookscript, hasItem ? ChannelItems.Without(next) : null);
    }

    /// <summary>Throws if a Proxmox VE task has locked the configuration.</summary>
    private static void ThrowIfLocked(int vmid, VmConfig config)
    {
        if (config.Lock is { } reason)
        {
            throw new HostException(
                $"its configuration has 'lock: {reason}': wait until that ends, or qm unlock {vmid}"
            );
        }
    }

    /// <summary>
    /// Whether the existing hookscript stays. A foreign one is kept, and attach is refused, unless it is chained or upstream's.
    /// </summary>
    private static bool Stays(
        int vmid,
        string present,
        FleetConfig fleet,
        string hookscript,
        bool replaces,
        Func<string, bool> isRunnable
    )
    {
        if (LamBootPaths.IsOurHookscript(present))
        {
            return present == hookscript || isRunnable(present);
        }

        bool isChained = fleet.ChainOf(vmid) == present;
        return Upstream.IsHookscript(present) || (replaces && isChained)
            ? false
            : throw new HostException(
                $"keeping its hookscript {present}; to use both, "
                    + (isChained ? "" : $"add to fleet.toml, [hookscript.chain] \"{vmid}\" = \"{present}\", then ")
                    + $"run lamboot-hook attach {vmid} --replace"
            );
    }
}
