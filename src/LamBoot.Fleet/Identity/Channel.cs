using LamBoot.Linux;
using LamBoot.Pve.Qemu;

namespace LamBoot.Fleet.Identity;

/// <summary>A way for QEMU to give the guest its identity: an item in the args line.</summary>
public enum Channel
{
    /// <summary>The fw_cfg file <c>opt/lamboot/config</c>, which LamBoot reads from 0.11.16 on.</summary>
    FwCfg,

    /// <summary>The fw_cfg file of a systemd credential, <c>lamboot.identity</c>, for the guest's own services.</summary>
    Systemd,

    /// <summary>SMBIOS OEM strings (type 11), which every LamBoot version reads. Requires QEMU 10 or later.</summary>
    Smbios,
}

/// <summary>The names of the channels.</summary>
public static class Channels
{
    private static readonly string[] All = ["fw_cfg", "systemd", "smbios"];

    /// <summary>The channel names in fleet.toml, in the order of the channels.</summary>
    public static IReadOnlyList<string> Words => All;

    /// <summary>Parses a channel name; null if it is unknown.</summary>
    public static Channel? Parse(string word) =>
        Array.IndexOf(All, word) is >= 0 and int channel ? (Channel)channel : null;

    /// <summary>The name of a channel.</summary>
    public static string Word(this Channel channel) => All[(int)channel];

    /// <summary>Why this node's QEMU cannot give a guest its identity through a channel, and how to fix that; null if it can.</summary>
    /// <param name="channel">The channel.</param>
    /// <param name="root">The host.</param>
    public static string? WhyUnusable(this Channel channel, HostRoot root)
    {
        const int SmbiosSince = 10; // older versions do not NUL-terminate what they read from path= (hw/smbios/smbios.c)
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
