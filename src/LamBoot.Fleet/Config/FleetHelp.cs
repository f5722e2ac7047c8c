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
        ["schema_version"] = "1. Where it is missing, as in upstream's files, lamboot-hook check says so.",
        ["schema"] = "\"v1\", as upstream's files have it in place of schema_version.",
        ["fleet.id"] = "The fleet's id, 1 to 64 of A-Z a-z 0-9 _ -; required.",
        ["fleet.cluster_name"] = "A name for people, up to 256 characters.",
        ["fleet.description"] = "Upstream's; of no effect.",
        ["roles.*"] = "VMID = ROLE: The role of a VM. It wins over [tags].",
        ["tags.*"] =
            "ROLE = [TAG, ...]: The Proxmox tags that give a role. Roles are tried in the order of their names; case does not matter in tags.",
        ["monitor.poll_interval_seconds"] = "Seconds from one survey of a watch to the next, 60 or more; default 300.",
        ["monitor.alert_webhook"] =
            "An https:// URL to POST to when a VM becomes critical or recovers, by lamboot-pve-monitor --watch or --notify. With "
            + "webhook_format = \"alertmanager\" also http:// to localhost, a loopback address or a private one. It is a secret: no "
            + "message shows it, and lamboot-hook check finds a file with it that every user can read.",
        ["monitor.webhook_format"] =
            "json, slack, discord, ntfy, alertmanager, or lamboot: what upstream's monitor posts. By default what the URL's host is "
            + "known for (hooks.slack.com, discord.com, discordapp.com, ntfy.sh), else json.",
        ["monitor.webhook_header"] =
            "A header of the requests to alert_webhook, \"Authorization: Bearer ...\". It is a secret as the URL is, and sent nowhere else.",
        ["monitor.mail_to"] =
            "A user of the node, as \"root\", or an address, that the same changes are mailed to by the node's sendmail. Mail to root is "
            + "what Proxmox VE's notification system passes on.",
        ["monitor.run"] =
            "A program that the monitor runs on each of these changes, one at a time and for 60 s at most, with the VM's health record "
            + "(JSON) on standard input and LAMBOOT_EVENT (critical, resolved, or test), LAMBOOT_VMID, LAMBOOT_NAME, LAMBOOT_NODE, "
            + "LAMBOOT_STATUS, LAMBOOT_VERDICT and LAMBOOT_REASON in its environment.",
        ["monitor.ignore_tags"] =
            "Proxmox tags of VMs that raise no alert and do not count for --exit-code and --nagios; they are shown all the same. So are "
            + "templates, and VMs while they are locked (backup, migrate, ...).",
        ["monitor.crash_threshold"] =
            "A crash loop: so many boots in a row that were not confirmed, in a VM whose guest has confirmed one before; default 2.",
        ["monitor.reset_threshold"] =
            "A reset loop: the firmware booted so often within reset_window_seconds, and nothing confirmed the last boot, 2 to 1000; default 4.",
        ["monitor.reset_window_seconds"] = "The time of reset_threshold in seconds, 1 to 86400; default 600.",
        ["monitor.boot_grace_seconds"] =
            "How long a boot may take before it counts as not confirmed, in seconds, 0 to 86400; default 300.",
        ["monitor.log_path"] = "Upstream's; of no effect.",
        ["hookscript.config_dir"] = "The folder of the identity documents; default /var/lib/lamboot.",
        ["hookscript.log_path"] = "The health log; default /var/log/lamboot/fleet.jsonl.",
        ["hookscript.channels"] =
            "How the guest gets its identity; default [\"fw_cfg\"]. fw_cfg: LamBoot 0.11.16 and later. smbios: every LamBoot; needs QEMU 10. "
            + "systemd: the credential lamboot.identity of the guest's own services.",
        ["hookscript.inject_fleet_id"] = "Whether the guest learns its fleet; default true.",
        ["hookscript.inject_role"] = "Whether the guest learns its role; default true.",
        ["hookscript.inject_vmid"] = "Whether the guest learns its VMID; default true.",
        ["hookscript.on_error"] =
            "\"continue\" (default), or \"block\": a failed pre-start stops the VM from starting.",
        ["hookscript.deadline_seconds"] =
            "A phase ends by then, whatever hangs, 1 to 60; default 5. A program of the node's, such as lvchange, may take as long, 5 s at least. What hangs in the kernel itself, as a write to a frozen file system "
            + "(fsfreeze) or to storage that is gone, cannot be ended: the snippet leaves it behind, so that Proxmox VE goes on and the VM's "
            + "lock is free. A program that is named as the hookscript itself, without the snippet, keeps Proxmox VE waiting until the file "
            + "system answers.",
        ["hookscript.lease_wait_seconds"] =
            "How long a clone's first start waits in line for others of the same template, which are served in the order in which they came, "
            + "0 to 600; default 60. With each of them that is served the time begins anew: it is that of a line that does not move. Then the "
            + "start is refused: start it again.",
        ["hookscript.chain"] =
            "Another hookscript, STORAGE:snippets/NAME, which every phase becomes when ours is done. Its exit code counts.",
        ["hookscript.chain.*"] = "VMID = \"STORAGE:snippets/NAME\": The same for single VMs.",
    };
}
