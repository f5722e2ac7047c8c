using LamBoot.Fleet.Identity;

namespace LamBoot.Fleet.Config;

/// <summary>All keys of fleet.toml, schema 1, in man-page order. They are frozen: a later schema gets its own table.</summary>
internal static class FleetKeys
{
    private const string ChainExpected = "another hookscript, \"STORAGE:snippets/NAME\"";
    private const string RoleExpected = "a role name without control characters";

    public static readonly FleetKey[] All =
    [
        new("schema_version", static (_, value) => value.Integer(1, 1)),
        new("schema", static (_, value) => value.Word("v1")),
        new(
            "fleet.id",
            static (config, value) =>
                config.FleetId = value.Text("1 to 64 of A-Z a-z 0-9 _ -", FleetRules.IsFleetId) ?? config.FleetId,
            required: "[fleet] with id = \"…\""
        ),
        new(
            "fleet.cluster_name",
            static (config, value) =>
                config.ClusterName = value.Text("up to 256 characters", text => text.Length <= 256)
        ),
        new("fleet.description", static (_, value) => value.Text("a text", _ => true)),
        new("roles.*", static (config, value) => ReadRole(config, value)),
        new("tags.*", static (config, value) => ReadTags(config, value)),
        new(
            "monitor.poll_interval_seconds",
            static (config, value) =>
                config.PollIntervalSeconds = value.Integer(60, int.MaxValue) ?? config.PollIntervalSeconds
        ),
        new(
            "monitor.alert_webhook",
            static (config, value) =>
                config.AlertWebhook = value.Text("an https:// URL", WebHookUrl.IsUrl, isSecret: true)
        ),
        new(
            "monitor.webhook_format",
            static (config, value) =>
                config.WebhookFormat = value.Word("json", "slack", "discord", "ntfy", WebHookUrl.PlainFormat, "lamboot")
        ),
        new(
            "monitor.webhook_header",
            static (config, value) =>
                config.WebhookHeader = value.Text("a header, \"NAME: VALUE\"", FleetRules.IsHeader, isSecret: true)
        ),
        new(
            "monitor.mail_to",
            static (config, value) =>
                config.MailTo = value.Text("a user of the node or an address, \"root\"", FleetRules.IsRecipient)
        ),
        new(
            "monitor.run",
            static (config, value) => config.RunOnChange = value.Text("an absolute path", FleetRules.IsAbsolutePath)
        ),
        new(
            "monitor.ignore_tags",
            static (config, value) =>
                config.IgnoreTags = value.Texts(("a tag", "a list of tags, [\"test\"]"), text => text.Length > 0) ?? []
        ),
        new(
            "monitor.crash_threshold",
            static (config, value) => config.CrashThreshold = value.Integer(1, byte.MaxValue) ?? config.CrashThreshold
        ),
        new(
            "monitor.reset_threshold",
            static (config, value) => config.ResetThreshold = value.Integer(2, 1000) ?? config.ResetThreshold
        ),
        new(
            "monitor.reset_window_seconds",
            static (config, value) => config.ResetWindowSeconds = value.Integer(1, 86_400) ?? config.ResetWindowSeconds
        ),
        new(
            "monitor.boot_grace_seconds",
            static (config, value) => config.BootGraceSeconds = value.Integer(0, 86_400) ?? config.BootGraceSeconds
        ),
        new("monitor.log_path", static (_, value) => value.Text("a path", _ => true)),
        new(
            "hookscript.config_dir",
            static (config, value) =>
                config.ConfigDir = value.Text("an absolute path", FleetRules.IsAbsolutePath) ?? config.ConfigDir
        ),
        new(
            "hookscript.log_path",
            static (config, value) =>
                config.LogPath = value.Text("an absolute path", FleetRules.IsAbsolutePath) ?? config.LogPath
        ),
        new("hookscript.channels", static (config, value) => ReadChannels(config, value)),
        new(
            "hookscript.inject_fleet_id",
            static (config, value) => config.InjectFleetId = value.Boolean() ?? config.InjectFleetId
        ),
        new(
            "hookscript.inject_role",
            static (config, value) => config.InjectRole = value.Boolean() ?? config.InjectRole
        ),
        new(
            "hookscript.inject_vmid",
            static (config, value) => config.InjectVmid = value.Boolean() ?? config.InjectVmid
        ),
        new(
            "hookscript.on_error",
            static (config, value) =>
                config.BlocksOnError =
                    (value.Word("continue", "block") ?? (config.BlocksOnError ? "block" : "")) == "block"
        ),
        new(
            "hookscript.deadline_seconds",
            static (config, value) => config.DeadlineSeconds = value.Integer(1, 60) ?? config.DeadlineSeconds
        ),
        new(
            "hookscript.lease_wait_seconds",
            static (config, value) => config.LeaseWaitSeconds = value.Integer(0, 600) ?? config.LeaseWaitSeconds
        ),
        new(
            "hookscript.chain",
            static (config, value) => config.Chain = value.Text(ChainExpected, FleetRules.IsChain) ?? config.Chain
        ),
        new("hookscript.chain.*", static (config, value) => ReadChain(config, value)),
    ];

    private static void ReadRole(FleetConfig config, FleetValue value)
    {
        if (value.Vmid() is { } vmid && value.Text(RoleExpected, FleetRules.IsRole) is { } role)
        {
            config.Roles[vmid] = role;
        }
    }

    private static void ReadChain(FleetConfig config, FleetValue value)
    {
        if (value.Vmid() is { } vmid && value.Text(ChainExpected, FleetRules.IsChain) is { } chain)
        {
            config.Chains[vmid] = chain;
        }
    }

    private static void ReadTags(FleetConfig config, FleetValue value)
    {
        if (!FleetRules.IsRole(value.Member))
        {
            value.RefuseMember(RoleExpected);
            return;
        }

        config.Tags[value.Member] =
            value.Texts(("a tag", "a list of tags, [\"web\", \"nginx\"]"), text => text.Length > 0) ?? [];
    }

    private static void ReadChannels(FleetConfig config, FleetValue value)
    {
        List<Channel> channels = [];
        foreach (string word in value.Words([.. Channels.Words]) ?? [])
        {
            if (Channels.Parse(word) is { } channel && !channels.Contains(channel))
            {
                channels.Add(channel);
            }
        }

        config.Channels = channels is [] ? config.Channels : channels;
    }
}
