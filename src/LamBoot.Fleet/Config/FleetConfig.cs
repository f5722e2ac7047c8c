using System.Globalization;
using LamBoot.Fleet.Identity;

namespace LamBoot.Fleet.Config;

/// <summary>The settings of <c>fleet.toml</c> (schema 1), with defaults for missing keys.</summary>
public sealed class FleetConfig
{
    /// <summary><c>[fleet] id</c>; empty if there is no file.</summary>
    public string FleetId { get; internal set; } = "";

    /// <summary><c>[fleet] cluster_name</c>, or null.</summary>
    public string? ClusterName { get; internal set; }

    /// <summary><c>[roles]</c>: the role of each VMID.</summary>
    public Dictionary<int, string> Roles { get; } = [];

    /// <summary><c>[tags]</c>: for each role, the tags that assign it; sorted by role name.</summary>
    public SortedDictionary<string, IReadOnlyList<string>> Tags { get; } = new(StringComparer.Ordinal);

    /// <summary><c>[monitor] poll_interval_seconds</c>, at least 60.</summary>
    public int PollIntervalSeconds { get; internal set; } = 300;

    /// <summary><c>[monitor] alert_webhook</c>, an HTTPS URL, or null. Secret.</summary>
    public string? AlertWebhook { get; internal set; }

    /// <summary><c>[monitor] webhook_format</c>: <c>json</c> or a service's format; null to infer it from the URL's host.</summary>
    public string? WebhookFormat { get; internal set; }

    /// <summary><c>[monitor] webhook_header</c>, <c>NAME: VALUE</c>, or null. Secret.</summary>
    public string? WebhookHeader { get; internal set; }

    /// <summary><c>[monitor] mail_to</c>, a user or an address, or null.</summary>
    public string? MailTo { get; internal set; }

    /// <summary><c>[monitor] run</c>, a program to run on every change, or null.</summary>
    public string? RunOnChange { get; internal set; }

    /// <summary><c>[monitor] ignore_tags</c>: VMs with one of these tags raise no alerts.</summary>
    public IReadOnlyList<string> IgnoreTags { get; internal set; } = [];

    /// <summary>
    /// <c>[monitor] crash_threshold</c>: this many consecutive unconfirmed boots are a crash loop, if the guest has ever confirmed one.
    /// </summary>
    public int CrashThreshold { get; internal set; } = 2;

    /// <summary><c>[monitor] reset_threshold</c>: this many firmware boots within the window are a reset loop.</summary>
    public int ResetThreshold { get; internal set; } = 4;

    /// <summary><c>[monitor] reset_window_seconds</c>.</summary>
    public int ResetWindowSeconds { get; internal set; } = 600;

    /// <summary><c>[monitor] boot_grace_seconds</c>: how long a boot may take.</summary>
    public int BootGraceSeconds { get; internal set; } = 300;

    /// <summary><c>[hookscript] config_dir</c>: the folder of the identity documents, as seen by QEMU.</summary>
    public string ConfigDir { get; internal set; } = LamBootPaths.ConfigDir;

    /// <summary><c>[hookscript] log_path</c>: the health log.</summary>
    public string LogPath { get; internal set; } = LamBootPaths.Log;

    /// <summary><c>[hookscript] inject_fleet_id</c>: whether the guest gets its fleet ID.</summary>
    public bool InjectFleetId { get; internal set; } = true;

    /// <summary><c>[hookscript] inject_role</c>: whether the guest gets its role.</summary>
    public bool InjectRole { get; internal set; } = true;

    /// <summary><c>[hookscript] inject_vmid</c>: whether the guest gets its VMID.</summary>
    public bool InjectVmid { get; internal set; } = true;

    /// <summary><c>[hookscript] channels</c>: how the guest gets its identity; no duplicates.</summary>
    public IReadOnlyList<Channel> Channels { get; internal set; } = [Channel.FwCfg];

    /// <summary>Whether a channel is configured.</summary>
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

    /// <summary><c>[hookscript] on_error = "block"</c>: a failed pre-start keeps the VM from starting.</summary>
    public bool BlocksOnError { get; internal set; }

    /// <summary><c>[hookscript] deadline_seconds</c>: the longest time a phase may take, not counting the wait for a lease.</summary>
    public int DeadlineSeconds { get; internal set; } = 5;

    /// <summary>How long a program on the node, such as lvchange, may take: 5 s, or <c>deadline_seconds</c> if that is longer.</summary>
    public TimeSpan ProgramPatience => TimeSpan.FromSeconds(Math.Max(DeadlineSeconds, 5));

    /// <summary><c>[hookscript] lease_wait_seconds</c>: how long a start waits for a document that another start holds.</summary>
    public int LeaseWaitSeconds { get; internal set; } = 60;

    /// <summary><c>[hookscript] chain</c>: another hookscript that every phase runs, or null.</summary>
    public string? Chain { get; internal set; }

    /// <summary><c>[hookscript.chain]</c>: chained hookscripts per VM.</summary>
    public Dictionary<int, string> Chains { get; } = [];

    /// <summary>The volume of the hookscript that a VM's phases run; null if none.</summary>
    public string? ChainOf(int vmid) => Chains.GetValueOrDefault(vmid) ?? Chain;

    /// <summary>The path of a VM's identity document, as seen by QEMU.</summary>
    public string DocumentPath(int vmid) => InConfigDir(vmid, LamBootPaths.DocumentSuffix);

    /// <summary>The folder of the leases and known boots.</summary>
    public string StateFolder => $"{ConfigDir.TrimEnd('/')}/{LamBootPaths.StateFolder}";

    /// <summary>The path of a VM's file in that folder.</summary>
    /// <param name="vmid">The VM.</param>
    /// <param name="suffix">The kind of file: <see cref="LamBootPaths.LeaseSuffix"/> and the like.</param>
    public string StatePath(int vmid, string suffix) =>
        string.Create(CultureInfo.InvariantCulture, $"{StateFolder}/{vmid}{suffix}");

    /// <summary>The path of the file that holds an SMBIOS string of a VM's identity, as seen by QEMU.</summary>
    public string StringPath(int vmid, IdentityString part) => InConfigDir(vmid, part.Suffix);

    private string InConfigDir(int vmid, string suffix) =>
        string.Create(CultureInfo.InvariantCulture, $"{ConfigDir.TrimEnd('/')}/{vmid}{suffix}");

    /// <summary>
    /// The role of a VM: the one assigned to its VMID, else the first role by name that one of its tags assigns; empty if none applies.
    /// Tags are case-insensitive, as in Proxmox VE.
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
