using LamBoot.Fleet;
using LamBoot.Fleet.Config;
using LamBoot.Fleet.Identity;
using LamBoot.Linux;
using LamBoot.Linux.Files;
using LamBoot.Pve.Config;

namespace LamBoot.Hook.Identity;

/// <summary>
/// Ensures that the args line carries our items, one per channel, with the VM's own files. Every phase runs this step, because Proxmox VE
/// overwrites some edits made in pre-start. It either corrects the configuration or leaves it untouched.
/// </summary>
internal sealed class ArgsItems(HostRoot root, int vmid, FleetConfig fleet, TaskLog log)
{
    /// <summary>Edits the file if needed and allowed.</summary>
    /// <param name="file">The configuration.</param>
    /// <param name="lockOf">Takes the VM's lock, or finds its holder.</param>
    /// <param name="isStart">Whether the VM is starting: only then are obstacles reported, so that each is reported once.</param>
    /// <returns>Whether the args line changed.</returns>
    public bool Ensure(VmConfigFile file, Func<ConfigLock> lockOf, bool isStart)
    {
        if (file.Config.Args.Fault is { } fault)
        {
            if (isStart)
            {
                log.Fail($"args {fault}; left unchanged, fix it with qm set {vmid} --args …");
            }

            return false;
        }

        ChannelItems items = new(fleet, UsableChannels(file.Config, isStart));
        ArgsLine With(ArgsLine args) => items.With(args, vmid);
        return file.NeedsArgs(With) && MayEdit(file.Config, isStart) && Edit(file, With, lockOf);
    }

    /// <summary>The configured channels, minus any that this node's QEMU does not support and the VM does not use yet.</summary>
    private IReadOnlyList<Channel> UsableChannels(VmConfig config, bool isStart)
    {
        if (IsBegun(config.Args) || !fleet.Uses(Channel.Smbios) || Channel.Smbios.WhyUnusable(root) is not { } reason)
        {
            return fleet.Channels;
        }

        if (isStart)
        {
            log.Note(reason);
        }

        List<Channel> usable = [];
        foreach (Channel channel in fleet.Channels)
        {
            if (channel != Channel.Smbios)
            {
                usable.Add(channel);
            }
        }

        return usable;
    }

    private static bool IsBegun(ArgsLine args)
    {
        foreach (ChannelItem item in ChannelItems.In(args))
        {
            if (item.Channel == Channel.Smbios)
            {
                return true;
            }
        }

        return false;
    }

    private bool MayEdit(VmConfig config, bool isStart)
    {
        string? reason =
            config.Lock is { } locked
                ? $"args lacks this VM's identity file, but 'lock: {locked}' is set, so it cannot be edited; the next start tries again"
            : !config.IsOvmf
                ? $"not a UEFI VM (no 'bios: ovmf'), so LamBoot cannot run in it; args left unchanged; to stop this message: qm set {vmid} --delete hookscript"
            : null;
        if (reason is not null && isStart)
        {
            log.Note(reason);
        }

        return reason is null;
    }

    private bool Edit(VmConfigFile file, Func<ArgsLine, ArgsLine> with, Func<ConfigLock> lockOf)
    {
        string reason;
        try
        {
            if (!HasFiles(with(new(""))))
            {
                return false; // QEMU does not start if a file in args is missing
            }

            ConfigLock configLock = lockOf();
            ConfigEdit edit = configLock.IsHeld ? file.EditArgs(with, LamBootPaths.Temporary) : ConfigEdit.Unchanged;
            if (configLock.IsHeld && edit != ConfigEdit.Raced)
            {
                return edit == ConfigEdit.Replaced;
            }

            reason = configLock.IsHeld
                ? "the configuration has changed meanwhile"
                : $"{configLock.Holder} holds the configuration lock";
        }
        catch (HostException e)
        {
            reason = e.Message;
        }

        log.Fail($"args not updated: {reason}; the next start tries again");
        return false;
    }

    private bool HasFiles(ArgsLine args)
    {
        foreach (ChannelItem item in ChannelItems.In(args))
        {
            foreach (string file in item.Files)
            {
                if (!FileQuery.Exists(root.Resolve(file)))
                {
                    return false;
                }
            }
        }

        return true;
    }
}
