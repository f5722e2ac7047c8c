using LamBoot.Fleet.Text;
using LamBoot.Pve.Config;
using Tomlyn.Syntax;

namespace LamBoot.Fleet.Config;

/// <summary>The rules of <c>fleet.toml</c>, schema 1. They are frozen: a later schema gets a class of its own.</summary>
internal sealed class FleetSchema(
    FleetConfig config,
    Action<SourceSpan, string> error,
    Action<SourceSpan, string> unknown
)
{
    private const int MaximumFleetId = 64;
    private const int MaximumClusterName = 256;
    private const int MinimumPollInterval = 60;
    private const int MaximumDeadline = 60;
    private const int MaximumLeaseWait = 600;

    private static readonly string[] Sections = ["fleet", "roles", "tags", "monitor", "hookscript"];

    private const string ChainExpected = "another hookscript, \"STORAGE:snippets/NAME\"";

    private static readonly string[] Keys =
    [
        "schema_version",
        "fleet.id",
        "fleet.cluster_name",
        "monitor.poll_interval_seconds",
        "monitor.alert_webhook",
        "monitor.webhook_format",
        "monitor.crash_threshold",
        "hookscript.config_dir",
        "hookscript.log_path",
        "hookscript.inject_fleet_id",
        "hookscript.inject_role",
        "hookscript.inject_vmid",
        "hookscript.deadline_seconds",
        "hookscript.lease_wait_seconds",
        "hookscript.on_error",
        "hookscript.chain",
    ];

    private readonly HashSet<string> _seen = [];

    public void ReadAll(DocumentSyntax document)
    {
        foreach (KeyValueSyntax item in document.KeyValues)
        {
            ReadItem([], item);
        }

        foreach (TableSyntaxBase table in document.Tables)
        {
            ReadTable(table);
        }

        Require(document.Span, "schema_version", "schema_version = 1");
        Require(document.Span, "fleet.id", "[fleet] with id = \"…\"");
    }

    private void Require(SourceSpan document, string key, string expected)
    {
        if (!_seen.Contains(key))
        {
            error(new(document.FileName, default, default), $"'{key}' is missing: expected {expected}");
        }
    }

    private void ReadTable(TableSyntaxBase table)
    {
        string[] name = Parts(table.Name);
        if (table is TableArraySyntax && Sections.Contains(name.FirstOrDefault()))
        {
            error(table.Span, $"[[{name[0]}]] is a list of tables: expected [{name[0]}]");
            return;
        }

        if (!Sections.Contains(name.FirstOrDefault()) && !table.Items.Any())
        {
            string path = string.Join('.', name);
            unknown(table.Span, $"unknown table '{path}'{DidYouMean.Suffix(path, Sections)}");
        }

        foreach (KeyValueSyntax item in table.Items)
        {
            ReadItem(name, item);
        }
    }

    private void ReadItem(string[] table, KeyValueSyntax item)
    {
        if (item.Key is null || item.Value is null)
        {
            return; // a syntax error, reported as such
        }

        string[] key = [.. table, .. Parts(item.Key)];
        if (item.Value is InlineTableSyntax inline)
        {
            foreach (InlineTableItemSyntax inner in inline.Items)
            {
                if (inner.KeyValue is { } innerItem)
                {
                    ReadItem(key, innerItem);
                }
            }
        }
        else if (key.Length == 1 && Sections.Contains(key[0]))
        {
            error(item.Span, $"'{key[0]}' is a value: expected a table [{key[0]}]");
        }
        else
        {
            Read(key, item.Key.Span, item.Value);
        }
    }

    private void Read(string[] key, SourceSpan at, ValueSyntax value)
    {
        string name = string.Join('.', key);
        _seen.Add(name);
        switch (key)
        {
            case ["roles", string vmid]:
                ReadByVmid(config.Roles, key[..1], vmid, at, value, text => text.Length > 0, "the name of a role");
                break;
            case ["hookscript", "chain", string vmid]:
                ReadByVmid(config.Chains, key[..2], vmid, at, value, IsChain, ChainExpected);
                break;
            case ["tags", string role]:
                config.Tags[role] = ReadTags(role, value);
                break;
            default:
                ReadSetting(name, at, value);
                break;
        }
    }

    private void ReadSetting(string name, SourceSpan at, ValueSyntax value)
    {
        switch (name)
        {
            case "schema_version":
                Integer(name, value, 1, 1);
                break;
            case "fleet.id":
                config.FleetId = FleetId(value) ?? config.FleetId;
                break;
            case "fleet.cluster_name":
                config.ClusterName = Text(
                    name,
                    value,
                    text => text.Length <= MaximumClusterName,
                    "up to 256 characters"
                );
                break;
            case "monitor.poll_interval_seconds":
                config.PollIntervalSeconds =
                    Integer(name, value, MinimumPollInterval, int.MaxValue) ?? config.PollIntervalSeconds;
                break;
            case "monitor.alert_webhook":
                config.AlertWebhook = Text(name, value, IsHttps, "an https:// URL", isSecret: true);
                break;
            case "monitor.webhook_format":
                config.WebhookFormat =
                    Text(
                        name,
                        value,
                        text => text is "json" or "slack" or "discord" or "ntfy" or "alertmanager",
                        "\"json\", \"slack\", \"discord\", \"ntfy\" or \"alertmanager\""
                    ) ?? config.WebhookFormat;
                break;
            case "monitor.crash_threshold":
                config.CrashThreshold = Integer(name, value, 1, byte.MaxValue) ?? config.CrashThreshold;
                break;
            case "hookscript.config_dir":
                config.ConfigDir = Text(name, value, IsAbsolutePath, "an absolute path") ?? config.ConfigDir;
                break;
            case "hookscript.log_path":
                config.LogPath = Text(name, value, IsAbsolutePath, "an absolute path") ?? config.LogPath;
                break;
            case "hookscript.inject_fleet_id":
                config.InjectFleetId = Boolean(name, value) ?? config.InjectFleetId;
                break;
            case "hookscript.inject_role":
                config.InjectRole = Boolean(name, value) ?? config.InjectRole;
                break;
            case "hookscript.inject_vmid":
                config.InjectVmid = Boolean(name, value) ?? config.InjectVmid;
                break;
            case "hookscript.deadline_seconds":
                config.DeadlineSeconds = Integer(name, value, 1, MaximumDeadline) ?? config.DeadlineSeconds;
                break;
            case "hookscript.lease_wait_seconds":
                config.LeaseWaitSeconds = Integer(name, value, 0, MaximumLeaseWait) ?? config.LeaseWaitSeconds;
                break;
            case "hookscript.chain":
                config.Chain = Text(name, value, IsChain, ChainExpected) ?? config.Chain;
                break;
            case "hookscript.on_error":
                string? onError = Text(name, value, text => text is "continue" or "block", "\"continue\" or \"block\"");
                config.BlocksOnError = onError is null ? config.BlocksOnError : onError == "block";
                break;
            default:
                unknown(at, $"unknown key '{name}'{DidYouMean.Suffix(name, Keys)}");
                break;
        }
    }

    private void ReadByVmid(
        Dictionary<int, string> values,
        string[] table,
        string vmid,
        SourceSpan at,
        ValueSyntax value,
        Func<string, bool> isValid,
        string expected
    )
    {
        if (!Vmid.TryParse(vmid, out int number))
        {
            error(at, Vmid.Refusal(SafeText.Escape(vmid)));
        }
        else if (Text($"{string.Join('.', table)}.{vmid}", value, isValid, expected) is { } text)
        {
            values[number] = text;
        }
    }

    private List<string> ReadTags(string role, ValueSyntax value)
    {
        List<string> tags = [];
        if (value is not ArraySyntax array)
        {
            error(value.Span, $"'tags.{role}': expected a list of tags, [\"web\", \"nginx\"]");
            return tags;
        }

        foreach (ArrayItemSyntax item in array.Items)
        {
            if (item.Value is { } tag && Text($"tags.{role}", tag, text => text.Length > 0, "a tag") is { } text)
            {
                tags.Add(text);
            }
        }

        return tags;
    }

    private string? FleetId(ValueSyntax value) =>
        Text(
            "fleet.id",
            value,
            text =>
                text.Length is >= 1 and <= MaximumFleetId
                && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-'),
            "1 to 64 of A-Z a-z 0-9 _ -"
        );

    private string? Text(
        string name,
        ValueSyntax value,
        Func<string, bool> isValid,
        string expected,
        bool isSecret = false
    )
    {
        if (value is not StringValueSyntax { Value: { } text })
        {
            error(value.Span, $"'{name}' is no string: expected {expected}");
            return null;
        }

        if (!isValid(text))
        {
            string found = isSecret ? "" : $" is {Quoted(text)}";
            error(value.Span, $"'{name}'{found}: expected {expected}");
            return null;
        }

        return text;
    }

    private int? Integer(string name, ValueSyntax value, int minimum, int maximum)
    {
        if (value is IntegerValueSyntax integer && integer.Value >= minimum && integer.Value <= maximum)
        {
            return (int)integer.Value;
        }

        string found = value is IntegerValueSyntax other ? $"{other.Value}" : "no integer";
        string expected =
            minimum == maximum ? $"{minimum}"
            : maximum == int.MaxValue ? $"{minimum} or more"
            : $"{minimum} to {maximum}";
        error(value.Span, $"'{name}' is {found}: expected {expected}");
        return null;
    }

    private bool? Boolean(string name, ValueSyntax value)
    {
        if (value is BooleanValueSyntax boolean)
        {
            return boolean.Value;
        }

        error(value.Span, $"'{name}' is no boolean: expected true or false");
        return null;
    }

    private static string[] Parts(KeySyntax? key)
    {
        if (key?.Key is null)
        {
            return [];
        }

        string first = Part(key.Key);
        return key.DotKeys.ChildrenCount == 0 ? [first] : [first, .. key.DotKeys.Select(item => Part(item.Key))];
    }

    private static string Part(BareKeyOrStringValueSyntax? key) =>
        key switch
        {
            BareKeySyntax bare => bare.Key?.Text ?? "",
            StringValueSyntax quoted => quoted.Value ?? "",
            _ => "",
        };

    private static string Quoted(string text) => $"\"{SafeText.Escape(text.Length <= 80 ? text : text[..80] + "…")}\"";

    /// <summary>By its form alone: System.Uri would be a twentieth of the hook, which has no use for the URL.</summary>
    private static bool IsHttps(string url)
    {
        const string Scheme = "https://";
        return url.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            && url.Length > Scheme.Length
            && url[Scheme.Length] is not ('/' or '?' or '#' or ':' or '@')
            && !url.Any(c => char.IsWhiteSpace(c) || char.IsControl(c));
    }

    /// <summary>Our own would call itself for ever.</summary>
    private static bool IsChain(string volume) =>
        volume.Contains(":snippets/", StringComparison.Ordinal) && !LamBootPaths.IsOurHookscript(volume);

    private static bool IsAbsolutePath(string path) =>
        path.StartsWith('/') && !path.Any(char.IsControl) && !path.Split('/').Contains("..");
}
