namespace LamBoot.Fleet.Config;

/// <summary>
/// The help text of each key of fleet.toml, with its rule and default, as printed in the man page. Separate from the table of keys, which every phase
/// loads.
/// </summary>
internal static class FleetHelp
{
    /// <summary>The help texts, by key path.</summary>
    public static readonly IReadOnlyDictionary<string, string> Of = new Dictionary<string, string>
    {
        ["schema_version"] = "1. If it is missing, as in upstream's files, lamboot-hook check warns.",
        ["schema"] = "\"v1\", used by upstream's files in place of schema_version.",
        ["fleet.id"] = "The fleet's id, 1 to 64 of A-Z a-z 0-9 _ -; required.",
        ["fleet.cluster_name"] = "A name for people, up to 256 characters.",
        ["fleet.description"] = "Upstream's; has no effect.",
        ["roles.*"] = "VMID = ROLE: The role of a VM; overrides [tags].",
        ["tags.*"] =
            "ROLE = [TAG, ...]: The Proxmox tags that give a role. Roles are tried in order of name; tags are case-insensitive.",
        ["monitor.poll_interval_seconds"] = "Seconds between surveys of --watch, 60 or more; default 300.",
        ["monitor.alert_webhook"] =
            "An https:// URL to POST to when a VM becomes critical or recovers, by lamboot-pve-monitor --watch or --notify. With "
            + "webhook_format = \"alertmanager\" also http:// to localhost, a loopback address or a private one. Keep it secret: no "
            + "message shows it, and lamboot-hook check reports a fleet.toml that every user can read.",
        ["monitor.webhook_format"] =
            "json, slack, discord, ntfy, alertmanager, or lamboot, as upstream's monitor posts. The default follows from the URL's host "
            + "(hooks.slack.com, discord.com, discordapp.com, ntfy.sh), else json.",
        ["monitor.webhook_header"] =
            "A header for the requests to alert_webhook, \"Authorization: Bearer ...\". Keep it secret like the URL; it is sent nowhere else.",
        ["monitor.mail_to"] =
            "A user of the node, such as \"root\", or an address to mail the same changes to, with the node's sendmail. Mail to root is "
            + "forwarded by Proxmox VE's notification system.",
        ["monitor.run"] =
            "A program to run on each of these changes, one at a time and for at most 60 s, with the VM's health record "
            + "(JSON) on standard input and LAMBOOT_EVENT (critical, resolved, or test), LAMBOOT_VMID, LAMBOOT_NAME, LAMBOOT_NODE, "
            + "LAMBOOT_STATUS, LAMBOOT_VERDICT and LAMBOOT_REASON in its environment.",
        ["monitor.ignore_tags"] =
            "Proxmox tags of VMs that raise no alerts and do not count for --exit-code and --nagios, but are still shown. So are "
            + "templates, and VMs while they are locked (backup, migrate, ...).",
        ["monitor.crash_threshold"] =
            "Unconfirmed boots in a row that make a crash loop, in a VM whose guest has confirmed one before; default 2.",
        ["monitor.reset_threshold"] =
            "Firmware boots within reset_window_seconds that make a reset loop if nothing confirmed the last one, 2 to 1000; default 4.",
        ["monitor.reset_window_seconds"] = "The time window for reset_threshold in seconds, 1 to 86400; default 600.",
        ["monitor.boot_grace_seconds"] =
            "How long a boot may take before it counts as unconfirmed, in seconds, 0 to 86400; default 300.",
        ["monitor.log_path"] = "Upstream's; has no effect.",
        ["hookscript.config_dir"] = "The directory of the identity files; default /var/lib/lamboot.",
        ["hookscript.log_path"] = "The health log; default /var/log/lamboot/fleet.jsonl.",
        ["hookscript.channels"] =
            "How the guest gets its identity; default [\"fw_cfg\"]. fw_cfg: LamBoot 0.11.16 and later. smbios: every LamBoot; needs QEMU 10. "
            + "systemd: the credential lamboot.identity, for the guest's own services.",
        ["hookscript.inject_fleet_id"] = "Whether the guest learns its fleet; default true.",
        ["hookscript.inject_role"] = "Whether the guest learns its role; default true.",
        ["hookscript.inject_vmid"] = "Whether the guest learns its VMID; default true.",
        ["hookscript.on_error"] =
            "\"continue\" (default), or \"block\": a failed pre-start stops the VM from starting. A broken fleet.toml is such a failure, if this "
            + "line of it can still be read.",
        ["hookscript.deadline_seconds"] =
            "Seconds after which a phase ends, whatever hangs, 1 to 60; default 5. A program of the node, such as lvchange, may take as long, at least 5 s. What hangs in the kernel itself, such as a write to a frozen file system "
            + "(fsfreeze) or to lost storage, cannot be stopped: the snippet leaves it behind, so that Proxmox VE continues and the VM's "
            + "lock is released. With lamboot-hook itself as the hookscript, without the snippet, Proxmox VE waits until the file "
            + "system answers.",
        ["hookscript.lease_wait_seconds"] =
            "How many seconds a clone's first start waits in line for others of the same template, first come, first served, "
            + "0 to 600; default 60. The time restarts whenever the line moves. After that the "
            + "start is refused; start the VM again.",
        ["hookscript.chain"] =
            "Another hookscript, STORAGE:snippets/NAME, that runs after LamBoot Hook in every phase. Its exit code counts.",
        ["hookscript.chain.*"] = "VMID = \"STORAGE:snippets/NAME\": The same for single VMs.",
    };
}
