using System.Text;
using LamBoot.Fleet.Config;
using LamBoot.Pve.Config;

namespace LamBoot.Fleet.Identity;

/// <summary>One of our items in an args line or on a command line.</summary>
/// <param name="channel">Its channel.</param>
/// <param name="files">The files that QEMU reads for it, as seen by QEMU; empty if the item names none.</param>
/// <param name="others">The rest of the option, which is the administrator's; null if there is none.</param>
public sealed class ChannelItem(Channel channel, List<string> files, string? others = null)
{
    /// <summary>Its channel.</summary>
    public Channel Channel => channel;

    /// <summary>The files that QEMU reads for it, as seen by QEMU; empty if the item names none.</summary>
    public List<string> Files => files;

    /// <summary>The rest of the option, which is the administrator's; null if there is none.</summary>
    public string? Others => others;
}

/// <summary>
/// Our items in the args line: one per configured channel, with the VM's own files. QEMU rejects two fw_cfg files with the same name, but
/// takes all SMBIOS strings, including the administrator's.
/// </summary>
/// <param name="fleet">The fleet's configuration.</param>
/// <param name="channels">The channels, a subset of those in fleet.toml.</param>
public sealed class ChannelItems(FleetConfig fleet, IReadOnlyList<Channel> channels)
{
    private const string OemStrings = "11";

    /// <summary>Finds our items among some options, whatever folder their files are in.</summary>
    public static List<ChannelItem> In(List<QemuOption> options)
    {
        List<ChannelItem> items = [];
        foreach (QemuOption option in options)
        {
            if (Read(option) is { } item)
            {
                items.Add(item);
            }
        }

        return items;
    }

    /// <summary>Finds our items in an args line; none in a line that Proxmox VE drops.</summary>
    public static List<ChannelItem> In(ArgsLine args) => args.Fault is null ? In(args.Options) : [];

    /// <summary>Returns an args line without our items.</summary>
    /// <exception cref="InvalidOperationException">The line has a <see cref="ArgsLine.Fault"/>.</exception>
    public static ArgsLine Without(ArgsLine args) =>
        args.Edit(option => Read(option) is { } item ? item.Others : option.Value, []);

    /// <summary>Returns an args line with exactly one item per configured channel, and no other items of ours.</summary>
    /// <param name="args">The line.</param>
    /// <param name="vmid">The VM whose files the items name.</param>
    /// <returns>The line; the same one if it needs no change.</returns>
    /// <exception cref="InvalidOperationException">The line has a <see cref="ArgsLine.Fault"/>.</exception>
    public ArgsLine With(ArgsLine args, int vmid)
    {
        List<ChannelItem> missing = Wanted(vmid);
        List<string?> values = [];
        foreach (QemuOption option in args.Options)
        {
            values.Add(Take(option, missing));
        }

        List<(string, string)> added = [];
        foreach (ChannelItem item in missing)
        {
            added.Add((item.Channel == Channel.Smbios ? QemuOption.Smbios : QemuOption.FwCfg, ValueOf(item)));
        }

        int next = 0;
        return args.Edit(_ => values[next++], added);
    }

    /// <summary>The new value of an option, or null to remove it; removes an item that it provides from the missing ones.</summary>
    private static string? Take(QemuOption option, List<ChannelItem> missing)
    {
        if (Read(option) is not { } item)
        {
            return option.Value;
        }

        int at = item.Others is null ? missing.FindIndex(one => one.Channel == item.Channel) : -1;
        if (at < 0)
        {
            return item.Others;
        }

        ChannelItem wanted = missing[at];
        missing.RemoveAt(at);
        return IsSame(item.Files, wanted.Files) ? option.Value : ValueOf(wanted);
    }

    private static bool IsSame(List<string> files, List<string> others)
    {
        bool isSame = files.Count == others.Count;
        for (int i = 0; isSame && i < files.Count; i++)
        {
            isSame = files[i] == others[i];
        }

        return isSame;
    }

    /// <summary>One item per channel, with a VM's own files.</summary>
    private List<ChannelItem> Wanted(int vmid)
    {
        List<ChannelItem> items = [];
        foreach (Channel channel in channels)
        {
            List<string> files = FilesOf(channel, vmid);
            if (files.Count > 0)
            {
                items.Add(new(channel, files));
            }
        }

        return items;
    }

    /// <summary>The files of a VM that QEMU reads for a channel; none if no part of the identity is given.</summary>
    public List<string> FilesOf(Channel channel, int vmid)
    {
        if (channel != Channel.Smbios)
        {
            return [fleet.DocumentPath(vmid)];
        }

        List<string> files = [];
        foreach (IdentityString part in IdentityStrings.Of(fleet))
        {
            files.Add(fleet.StringPath(vmid, part));
        }

        return files;
    }

    private static ChannelItem? Read(QemuOption option)
    {
        if (option.Name == QemuOption.FwCfg)
        {
            Channel? channel = option.Get("name", isFirst: true) switch
            {
                LamBootPaths.ConfigItem => Channel.FwCfg,
                LamBootPaths.CredentialItem => Channel.Systemd,
                _ => null,
            };
            return channel is { } known ? new(known, option.Get("file") is { } file ? [file] : []) : null;
        }

        List<string> files = [];
        List<string> others = [];
        foreach ((string key, string value) in option.Properties)
        {
            if (key == "path" && IdentityStrings.IsNamed(value))
            {
                files.Add(value);
            }
            else
            {
                others.Add($"{key}={QemuOption.Escape(value)}");
            }
        }

        if (option.Get("type") != OemStrings || files.Count == 0)
        {
            return null;
        }

        return new(Channel.Smbios, files, others.Count > 1 ? string.Join(',', others) : null);
    }

    private static string PathsOf(ChannelItem item)
    {
        StringBuilder paths = new();
        foreach (string file in item.Files)
        {
            paths.Append(",path=").Append(QemuOption.Escape(file));
        }

        return paths.ToString();
    }

    private static string ValueOf(ChannelItem item) =>
        item.Channel switch
        {
            Channel.FwCfg => $"name={LamBootPaths.ConfigItem},file={QemuOption.Escape(item.Files[0])}",
            Channel.Systemd => $"name={LamBootPaths.CredentialItem},file={QemuOption.Escape(item.Files[0])}",
            _ => $"type={OemStrings}{PathsOf(item)}",
        };
}
