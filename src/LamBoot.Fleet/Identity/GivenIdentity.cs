using LamBoot.Fleet.Config;
using LamBoot.Fleet.Health;
using LamBoot.Linux;
using LamBoot.Linux.Files;
using LamBoot.Pve.Config;

namespace LamBoot.Fleet.Identity;

/// <summary>What a QEMU of a VM gives its guest.</summary>
public enum GivenDocument
{
    /// <summary>Nothing of ours.</summary>
    None,

    /// <summary>The VM's own document.</summary>
    Own,

    /// <summary>Another VM's document, which carries this VM's identity then: a clone's first start.</summary>
    Lent,

    /// <summary>Another VM's document, with that VM's identity, as far as is known.</summary>
    Other,

    /// <summary>A file that is not there: QEMU does not start.</summary>
    Missing,

    /// <summary>Two documents: QEMU does not start.</summary>
    Duplicate,

    /// <summary>Nothing: Proxmox VE drops the args, or QEMU does not start with them.</summary>
    Faulty,
}

/// <summary>What the guest of a VM is given: by the QEMU that runs, and by the next one.</summary>
/// <param name="root">The host.</param>
/// <param name="fleet">The fleet's configuration.</param>
/// <param name="vmid">The VM.</param>
/// <param name="config">Its configuration.</param>
public sealed class GivenIdentity(HostRoot root, FleetConfig fleet, int vmid, VmConfig config)
{
    // Our hook writes what QEMU opens before each start, its own document or its source's, or refuses the start.
    private readonly bool _isHooked = LamBootPaths.IsOurHookscript(config.Hookscript);

    /// <summary>What the next start gives, by the args that it starts with.</summary>
    /// <exception cref="HostException">It cannot be told.</exception>
    public GivenDocument Next() =>
        config.NextArgs.Fault is not null ? GivenDocument.Faulty : Of(ChannelItems.In(config.NextArgs), _isHooked);

    /// <summary>
    /// What a QEMU that runs has given. Of another VM's files that is known where a phase of ours has seen this VM: they were lent to
    /// that start, or the start was refused.
    /// </summary>
    /// <param name="items">Our items on its command line.</param>
    public GivenDocument Running(IReadOnlyList<ChannelItem> items) =>
        Of(items, _isHooked && !KnownBoots.Read(root, fleet, vmid, config).IsNew, isRunning: true);

    private GivenDocument Of(IReadOnlyList<ChannelItem> items, bool isHooked, bool isRunning = false)
    {
        if (items.Count == 0)
        {
            return GivenDocument.None;
        }

        if (items.DistinctBy(item => item.Channel).Count() < items.Count)
        {
            return GivenDocument.Duplicate;
        }

        int?[] owners =
        [
            .. items.SelectMany(item => item.Files).Select(file => OpenedFiles.OwnerOf(file, fleet)).Distinct(),
        ];
        bool isWritten = owners is [not null] && isHooked;
        return !isRunning && !isWritten && items.Any(IsMissing) ? GivenDocument.Missing
            : owners is [{ } owner] && owner == vmid ? GivenDocument.Own
            : isWritten ? GivenDocument.Lent
            : GivenDocument.Other;
    }

    private bool IsMissing(ChannelItem item) =>
        item.Files.Count == 0 || item.Files.Any(file => !FileQuery.Exists(root.Resolve(file)));
}
