using System.Globalization;
using LamBoot.Fleet.Identity;

namespace LamBoot.Fleet.Config;

/// <summary>What <c>fleet.toml</c> says (schema 1), with the defaults for what it does not.</summary>
public sealed class FleetConfig
{
    /// <summary><c>[fleet] id</c>; empty where there is no file.</summary>
    public string FleetId { get; internal set; } = "";

    /// <summary><c>[fleet] cluster_name</c>, or null.</summary>
    public string? ClusterName { get; internal set; }

    /// <summary><c>[roles]</c>: VMID to role.</summary>
    public Dictionary<int, string> Roles { get; } = [];

    /// <summary><c>[tags]</c>: role to the tags that give it, in the order of the roles' names.</summary>
    public SortedDictionary<string, IReadOnlyList<string>> Tags { get; } = new(StringComparer.Ordinal);

    /// <summary><c>[monitor] poll_interval_seconds</c>, 60 or more.</summary>
    public int PollIntervalSeconds { get; internal set; } = 300;

    /// <summary><c>[monitor] alert_webhook</c>, an HTTPS URL, or null. It is a secret.</summary>
    public string? AlertWebhook { get; internal set; }

    /// <summary><c>[monitor] webhook_format</c>: <c>json</c>, or the form of a service; null for what the URL's host tells.</summary>
    public string? WebhookFormat { get; internal set; }

    /// <summary><c>[monitor] webhook_header</c>, <c>NAME: VALUE</c>, or null. It is a secret.</summary>
    public string? WebhookHeader { get; internal set; }

    /// <summary><c>[monitor] mail_to</c>, a user or an address, or null.</summary>
    public string? MailTo { get; internal set; }

    /// <summary><c>[monitor] run</c>, a program to run on each change, or null.</summary>
    public string? RunOnChange { get; internal set; }

    /// <summary><c>[monitor] ignore_tags</c>: the tags of VMs that raise no alert.</summary>
    public IReadOnlyList<string> IgnoreTags { get; internal set; } = [];

    /// <summary><c>[monitor] crash_threshold</c>: Booting with this many crashes is critical.</summary>
    public int CrashThreshold { get; internal set; } = 2;

    /// <summary><c>[monitor] reset_threshold</c>: so many boots of the firmware within the window are a reset loop.</summary>
    public int ResetThreshold { get; internal set; } = 4;

    /// <summary><c>[monitor] reset_window_seconds</c>.</summary>
    public int ResetWindowSeconds { get; internal set; } = 600;

    /// <summary><c>[monitor] boot_grace_seconds</c>: so long a boot may take.</summary>
    public int BootGraceSeconds { get; internal set; } = 300;

    /// <summary><c>[hookscript] config_dir</c>: the folder of the identity documents, as QEMU sees it.</summary>
    public string ConfigDir { get; internal set; } = LamBootPaths.ConfigDir;

    /// <summary><c>[hookscript] log_path</c>: the health log.</summary>
    public string LogPath { get; internal set; } = LamBootPaths.Log;

    /// <summary><c>[hookscript] inject_fleet_id</c>: whether the guest learns its fleet.</summary>
    public bool InjectFleetId { get; internal set; } = true;

    /// <summary><c>[hookscript] inject_role</c>: whether the guest learns its role.</summary>
    public bool InjectRole { get; internal set; } = true;

    /// <summary><c>[hookscript] inject_vmid</c>: whether the guest learns its VMID.</summary>
    public bool InjectVmid { get; internal set; } = true;

    /// <summary><c>[hookscript] channels</c>: how the guest gets its identity, each once.</summary>
    public IReadOnlyList<Channel> Channels { get; internal set; } = [Channel.FwCfg];

    /// <summary>Whether a channel is among them.</summary>
    public bool Uses(Channel channel)
    {
        foreach (Channel used in Channels)
        {
            if (used == channel)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary><c>[hookscript] on_error = "block"</c>: a failed pre-start stops the VM from starting.</summary>
    public bool BlocksOnError { get; internal set; }

    /// <summary><c>[hookscript] deadline_seconds</c>: a phase ends by then, whatever hangs; the wait for a lease apart.</summary>
    public int DeadlineSeconds { get; internal set; } = 5;

    /// <summary>How long a program of the node's may take, such as lvchange: 5 s, or longer where a phase may.</summary>
    public TimeSpan ProgramPatience => TimeSpan.FromSeconds(Math.Max(DeadlineSeconds, 5));

    /// <summary><c>[hookscript] lease_wait_seconds</c>: how long a start waits for a document that another start has.</summary>
    public int LeaseWaitSeconds { get; internal set; } = 60;

    /// <summary><c>[hookscript] chain</c>: another hookscript that every phase calls on; null for none.</summary>
    public string? Chain { get; internal set; }

    /// <summary><c>[hookscript.chain]</c>: the same of some VMs alone.</summary>
    public Dictionary<int, string> Chains { get; } = [];

    /// <summary>The hookscript that a VM's phases call on, a volume; null for none.</summary>
    public string? ChainOf(int vmid) => Chains.GetValueOrDefault(vmid) ?? Chain;

    /// <summary>The identity document of a VM, as QEMU sees it.</summary>
    public string DocumentPath(int vmid) => InConfigDir(vmid, LamBootPaths.DocumentSuffix);

    /// <summary>The folder of leases and known boots.</summary>
    public string StateFolder => $"{ConfigDir.TrimEnd('/')}/{LamBootPaths.StateFolder}";

    /// <summary>A file of a VM's in that folder.</summary>
    /// <param name="vmid">The VM.</param>
    /// <param name="suffix">Which: <see cref="LamBootPaths.LeaseSuffix"/> and its like.</param>
    public string StatePath(int vmid, string suffix) =>
        string.Create(CultureInfo.InvariantCulture, $"{StateFolder}/{vmid}{suffix}");

    /// <summary>The file of an SMBIOS string of a VM's identity, as QEMU sees it.</summary>
    public string StringPath(int vmid, IdentityString part) => InConfigDir(vmid, part.Suffix);

    private string InConfigDir(int vmid, string suffix) =>
        string.Create(CultureInfo.InvariantCulture, $"{ConfigDir.TrimEnd('/')}/{vmid}{suffix}");

    /// <summary>
    /// The role of a VM: by its VMID, else the first role in the order of their names that one of its tags gives; empty
    /// where none applies. Case does not matter in tags, as for Proxmox VE.
    /// </summary>
    public string RoleOf(int vmid, string[] tags)
    {
        if (Roles.TryGetValue(vmid, out string? role))
        {
            return role;
        }

        foreach ((string name, IReadOnlyList<string> given) in Tags)
        {
            foreach (string tag in given)
            {
                if (HasTag(tags, tag))
                {
                    return name;
                }
            }
        }

        return "";
    }

    private static bool HasTag(string[] tags, string wanted)
    {
        foreach (string tag in tags)
        {
            if (tag.Equals(wanted, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }
}
