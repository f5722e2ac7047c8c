using LamBoot.Linux;
using LamBoot.Pve.Qemu;

namespace LamBoot.Fleet.Identity;

/// <summary>A way by which QEMU gives the guest its identity: an item of the args line.</summary>
public enum Channel
{
    /// <summary>fw_cfg's file <c>opt/lamboot/config</c>, which LamBoot reads from 0.11.16 on.</summary>
    FwCfg,

    /// <summary>fw_cfg's file of a systemd credential, <c>lamboot.identity</c>, for the guest's own services.</summary>
    Systemd,

    /// <summary>SMBIOS OEM strings (type 11), which every LamBoot reads. QEMU 10 or later.</summary>
    Smbios,
}

/// <summary>The names of the channels.</summary>
public static class Channels
{
    private static readonly string[] All = ["fw_cfg", "systemd", "smbios"];

    /// <summary>The words of fleet.toml, in the order of the channels.</summary>
    public static IReadOnlyList<string> Words => All;

    /// <summary>The channel of a word; null for a word that is none's.</summary>
    public static Channel? Parse(string word) =>
        Array.IndexOf(All, word) is >= 0 and int channel ? (Channel)channel : null;

    /// <summary>The word of a channel.</summary>
    public static string Word(this Channel channel) => All[(int)channel];

    /// <summary>Why this node's QEMU cannot give a guest its identity by a channel, and what to do; null where it can.</summary>
    /// <param name="channel">The channel.</param>
    /// <param name="root">The host.</param>
    public static string? WhyUnusable(this Channel channel, HostRoot root)
    {
        const int SmbiosSince = 10; // before, it read a path='s bytes without an end (hw/smbios/smbios.c)
        if (channel != Channel.Smbios)
        {
            return null;
        }

        try
        {
            QemuVersion version = QemuVersion.Of(root);
            return version.Major >= SmbiosSince
                ? null
                : $"the channel smbios needs QEMU {SmbiosSince} or later, and this node has {version}: upgrade it, or take smbios out of [hookscript] channels";
        }
        catch (HostException e)
        {
            return $"the channel smbios needs QEMU {SmbiosSince} or later, and this node's is not known ({e.Message})";
        }
    }
}
