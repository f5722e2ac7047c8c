using LamBoot.Fleet.Identity;

namespace LamBoot.Fleet.Config;

/// <summary>Every key of fleet.toml, schema 1, in the order of the man page. They are frozen: a later schema gets a table of its own.</summary>
internal static class FleetKeys
{
    private const string ChainExpected = "another hookscript, \"STORAGE:snippets/NAME\"";
    private const string RoleExpected = "the name of a role, without control characters";

    public static readonly IReadOnlyList<FleetKey> All =
    [
        new(
            "schema_version",
            static (_, value) => value.Integer(1, 1),
            "1. Where it is missing, as in upstream's files, lamboot-hook check says so."
        ),
        new(
            "schema",
            static (_, value) => value.Word("v1"),
            "\"v1\", as upstream's files have it in place of schema_version."
        ),
        new(
            "fleet.id",
            static (config, value) =>
                config.FleetId = value.Text("1 to 64 of A-Z a-z 0-9 _ -", IsFleetId) ?? config.FleetId,
            "The fleet's id, 1 to 64 of A-Z a-z 0-9 _ -; required.",
            Required: "[fleet] with id = \"…\""
        ),
        new(
            "fleet.cluster_name",
            static (config, value) =>
                config.ClusterName = value.Text("up to 256 characters", text => text.Length <= 256),
            "A name for people, up to 256 characters."
        ),
        new("fleet.description", static (_, value) => value.Text("a text", _ => true), "Upstream's; of no effect."),
        new(
            "roles.*",
            static (config, value) => ReadRole(config, value),
            "VMID = ROLE: The role of a VM. It wins over [tags]."
        ),
        new(
            "tags.*",
            static (config, value) => ReadTags(config, value),
            "ROLE = [TAG, ...]: The Proxmox tags that give a role. Roles are tried in the order of their names; case does not matter in tags."
        ),
        new(
            "monitor.poll_interval_seconds",
            static (config, value) =>
                config.PollIntervalSeconds = value.Integer(60, int.MaxValue) ?? config.PollIntervalSeconds,
            "Seconds from one survey of a watch to the next, 60 or more; default 300."
        ),
        new(
            "monitor.alert_webhook",
            static (config, value) => config.AlertWebhook = value.Text("an https:// URL", IsHttps, isSecret: true),
            "An https:// URL to POST to when a VM becomes critical or recovers, by lamboot-pve-monitor --watch or --notify. It is a "
                + "secret: no message shows it, and lamboot-hook check finds a file with it that every user can read."
        ),
        new(
            "monitor.webhook_format",
            static (config, value) =>
                config.WebhookFormat =
                    value.Word("json", "slack", "discord", "ntfy", "alertmanager", "lamboot") ?? config.WebhookFormat,
            "json (default), slack, discord, ntfy, alertmanager, or lamboot: what upstream's monitor posts."
        ),
        new(
            "monitor.crash_threshold",
            static (config, value) => config.CrashThreshold = value.Integer(1, byte.MaxValue) ?? config.CrashThreshold,
            "Booting with this many crashes is critical; default 2."
        ),
        new("monitor.log_path", static (_, value) => value.Text("a path", _ => true), "Upstream's; of no effect."),
        new(
            "hookscript.config_dir",
            static (config, value) =>
                config.ConfigDir = value.Text("an absolute path", IsAbsolutePath) ?? config.ConfigDir,
            "The folder of the identity documents; default /var/lib/lamboot."
        ),
        new(
            "hookscript.log_path",
            static (config, value) => config.LogPath = value.Text("an absolute path", IsAbsolutePath) ?? config.LogPath,
            "The health log; default /var/log/lamboot/fleet.jsonl."
        ),
        new(
            "hookscript.channels",
            static (config, value) => ReadChannels(config, value),
            "How the guest gets its identity; default [\"fw_cfg\"]. fw_cfg: LamBoot 0.11.16 and later. smbios: every LamBoot; needs QEMU 10. "
                + "systemd: the credential lamboot.identity of the guest's own services."
        ),
        new(
            "hookscript.inject_fleet_id",
            static (config, value) => config.InjectFleetId = value.Boolean() ?? config.InjectFleetId,
            "Whether the guest learns its fleet; default true."
        ),
        new(
            "hookscript.inject_role",
            static (config, value) => config.InjectRole = value.Boolean() ?? config.InjectRole,
            "Whether the guest learns its role; default true."
        ),
        new(
            "hookscript.inject_vmid",
            static (config, value) => config.InjectVmid = value.Boolean() ?? config.InjectVmid,
            "Whether the guest learns its VMID; default true."
        ),
        new(
            "hookscript.on_error",
            static (config, value) =>
                config.BlocksOnError =
                    (value.Word("continue", "block") ?? (config.BlocksOnError ? "block" : "")) == "block",
            "\"continue\" (default), or \"block\": a failed pre-start stops the VM from starting."
        ),
        new(
            "hookscript.deadline_seconds",
            static (config, value) => config.DeadlineSeconds = value.Integer(1, 60) ?? config.DeadlineSeconds,
            "A phase ends by then, whatever hangs, 1 to 60; default 5. What hangs in the kernel itself, as a write to a frozen file system "
                + "(fsfreeze) or to storage that is gone, cannot be ended: the snippet leaves it behind, so that Proxmox VE goes on and the VM's "
                + "lock is free. A program that is named as the hookscript itself, without the snippet, keeps Proxmox VE waiting until the file "
                + "system answers."
        ),
        new(
            "hookscript.lease_wait_seconds",
            static (config, value) => config.LeaseWaitSeconds = value.Integer(0, 600) ?? config.LeaseWaitSeconds,
            "How long a clone's first start waits for others of the same template, in the order in which they came, 0 to 600; default 60. "
                + "Then it is refused: start it again."
        ),
        new(
            "hookscript.chain",
            static (config, value) => config.Chain = value.Text(ChainExpected, IsChain) ?? config.Chain,
            "Another hookscript, STORAGE:snippets/NAME, which every phase becomes when ours is done. Its exit code counts."
        ),
        new(
            "hookscript.chain.*",
            static (config, value) => ReadChain(config, value),
            "VMID = \"STORAGE:snippets/NAME\": The same for single VMs."
        ),
    ];

    private static bool IsFleetId(string text) =>
        text.Length is >= 1 and <= 64
        && Array.TrueForAll(text.ToCharArray(), c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-');

    private static bool IsRole(string text) => text.Length > 0 && IdentityJson.IsReadable(text);

    /// <summary>By its form alone: System.Uri would be a twentieth of the hook, which has no use for the URL.</summary>
    private static bool IsHttps(string url)
    {
        const string Scheme = "https://";
        return url.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            && url.Length > Scheme.Length
            && url[Scheme.Length] is not ('/' or '?' or '#' or ':' or '@')
            && !Array.Exists(url.ToCharArray(), c => char.IsWhiteSpace(c) || char.IsControl(c));
    }

    /// <summary>Our own would call itself for ever.</summary>
    private static bool IsChain(string volume) =>
        volume.Contains(":snippets/", StringComparison.Ordinal) && !LamBootPaths.IsOurHookscript(volume);

    private static bool IsAbsolutePath(string path) =>
        path.StartsWith('/') && !Array.Exists(path.ToCharArray(), char.IsControl) && !path.Split('/').Contains("..");

    private static void ReadRole(FleetConfig config, FleetValue value)
    {
        if (value.Vmid() is { } vmid && value.Text(RoleExpected, IsRole) is { } role)
        {
            config.Roles[vmid] = role;
        }
    }

    private static void ReadChain(FleetConfig config, FleetValue value)
    {
        if (value.Vmid() is { } vmid && value.Text(ChainExpected, IsChain) is { } chain)
        {
            config.Chains[vmid] = chain;
        }
    }

    private static void ReadTags(FleetConfig config, FleetValue value)
    {
        if (!IsRole(value.Member))
        {
            value.RefuseMember(RoleExpected);
            return;
        }

        config.Tags[value.Member] =
            value.Texts(("a tag", "a list of tags, [\"web\", \"nginx\"]"), text => text.Length > 0) ?? [];
    }

    private static void ReadChannels(FleetConfig config, FleetValue value)
    {
        const string Expected = "\"fw_cfg\", \"systemd\" or \"smbios\"";
        List<string>? words = value.Texts(
            (Expected, $"a list of {Expected}, one at least"),
            text => Channels.Parse(text) is not null
        );
        if (words is { Count: > 0 })
        {
            List<Channel> channels = [];
            foreach (string word in words)
            {
                if (Channels.Parse(word) is { } channel && !channels.Contains(channel))
                {
                    channels.Add(channel);
                }
            }

            config.Channels = channels;
        }
        else if (words is not null)
        {
            value.Refuse("is empty", $"one at least of {Expected}");
        }
    }
}
