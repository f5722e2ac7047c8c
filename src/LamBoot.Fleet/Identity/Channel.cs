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
    // The words of fleet.toml, in the order of the channels.
    private static readonly string[] Words = ["fw_cfg", "systemd", "smbios"];

    /// <summary>The channel of a word; null for a word that is none's.</summary>
    public static Channel? Parse(string word) =>
        Array.IndexOf(Words, word) is >= 0 and int channel ? (Channel)channel : null;

    /// <summary>The word of a channel.</summary>
    public static string Word(this Channel channel) => Words[(int)channel];

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
                : $"channel smbios needs QEMU {SmbiosSince} or later, but this node has {version}: upgrade it, or remove smbios from [hookscript] channels";
        }
        catch (HostException e)
        {
            return $"channel smbios needs QEMU {SmbiosSince} or later, but this node's version is unknown ({e.Message})";
        }
    }
}
