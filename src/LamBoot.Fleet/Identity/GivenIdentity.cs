using LamBoot.Fleet.Config;
using LamBoot.Fleet.Log;
using LamBoot.Linux;
using LamBoot.Linux.Files;
using LamBoot.Pve.Config;

namespace LamBoot.Fleet.Identity;

/// <summary>The identity that a VM's guest gets, from the running QEMU and from the next one.</summary>
/// <param name="root">The host.</param>
/// <param name="fleet">The fleet's configuration.</param>
/// <param name="vmid">The VM.</param>
/// <param name="config">Its configuration.</param>
public sealed class GivenIdentity(HostRoot root, FleetConfig fleet, int vmid, VmConfig config)
{
    // Before each start, our hook writes the document that QEMU opens (the VM's own or its source's) or refuses the start.
    private readonly bool _isHooked = LamBootPaths.IsOurHookscript(config.Hookscript);

    /// <summary>Whether a VM is meant to run LamBoot: its configuration names our hookscript or carries one of our items.</summary>
    public static bool IsAttached(VmConfig config) =>
        LamBootPaths.IsOurHookscript(config.Hookscript) || ChannelItems.In(config.Args).Count > 0;

    /// <summary>What the next start gives.</summary>
    /// <exception cref="HostException">It cannot be determined.</exception>
    public GivenAtStart Next() => By(config.NextArgs);

    /// <summary>What a start with some args gives.</summary>
    /// <exception cref="HostException">It cannot be determined.</exception>
    public GivenAtStart By(ArgsLine args)
    {
        List<ChannelItem> items = ChannelItems.In(args);
        OpenedFiles opened = OpenedFiles.Of(items, fleet, root);
        OutsideFiles outside = new(root, vmid);
        string? mixed = WhyMixed(opened);
        string? foreign = mixed is null ? outside.FindForeign(opened.Outside) : null;
        return new(
            args.Fault is not null ? GivenDocument.Faulty
                : foreign is not null ? GivenDocument.Other
                : Of(items, opened, _isHooked),
            opened,
            mixed ?? foreign,
            outside.HasOwn && opened.Owner is null,
            outside.Harmless
        );
    }

    /// <summary>
    /// What a running QEMU has given. For another VM's files this is known if one of our phases has seen this VM: either they were lent to
    /// that start or the start was refused.
    /// </summary>
    /// <param name="items">Our items on its command line.</param>
    public GivenDocument Running(List<ChannelItem> items) =>
        Of(
            items,
            OpenedFiles.Of(items, fleet, root),
            _isHooked && !KnownBoots.Read(root, fleet, vmid, config).IsNew,
            isRunning: true
        );

    private GivenDocument Of(List<ChannelItem> items, OpenedFiles opened, bool isHooked, bool isRunning = false)
    {
        if (items.Count == 0)
        {
            return GivenDocument.None;
        }

        if (HasTwins(items))
        {
            return GivenDocument.Duplicate;
        }

        int? owner = opened.Outside.Count == 0 ? opened.Owner : null;
        bool isWritten = owner is not null && isHooked;
        return !isRunning && !isWritten && IsMissing(items) ? GivenDocument.Missing
            : owner == vmid ? GivenDocument.Own
            : isWritten ? GivenDocument.Lent
            : GivenDocument.Other;
    }

    /// <summary>
    /// Why the files belong to several VMs, null if they do not. A start has only one lease, so files of several VMs cannot all carry its
    /// identity.
    /// </summary>
    private static string? WhyMixed(OpenedFiles opened) =>
        opened.Owners.Count < 2
            ? null
            : $"args points to the identity files of VM {string.Join(" and VM ", opened.Owners)}";

    /// <summary>Whether two items have the same channel.</summary>
    private static bool HasTwins(List<ChannelItem> items)
    {
        for (int i = 0; i < items.Count; i++)
        {
            for (int other = 0; other < i; other++)
            {
                if (items[i].Channel == items[other].Channel)
                {
                    return true;
                }
            }
        }

        return false;
    }

    /// <summary>Whether a file of an item is missing.</summary>
    private bool IsMissing(List<ChannelItem> items)
    {
        foreach (ChannelItem item in items)
        {
            if (item.Files.Count == 0)
            {
                return true;
            }

            foreach (string file in item.Files)
            {
                if (!FileQuery.Exists(root.Resolve(file)))
                {
                    return true;
                }
            }
        }

        return false;
    }
}
