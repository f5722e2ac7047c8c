using LamBoot.Fleet.Text;
using Tomlyn.Syntax;

namespace LamBoot.Fleet.Config;

/// <summary>Reads a <c>fleet.toml</c> using the table of its keys.</summary>
internal sealed class FleetSchema(FleetConfig config, FleetReport error, FleetReport unknown)
{
    private static readonly string[] Sections = ["fleet", "roles", "tags", "monitor", "hookscript"];

    private const string Webhook = "monitor.alert_webhook";

    private readonly HashSet<string> _seen = [];
    private SourceSpan _webhookAt;

    /// <summary>Whether the file states its schema version.</summary>
    public bool HasVersion => _seen.Contains("schema_version") || _seen.Contains("schema");

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

        foreach (FleetKey key in FleetKeys.All)
        {
            if (key.Required is { } expected && !_seen.Contains(key.Name))
            {
                error(new(document.Span.FileName, default, default), $"'{key.Name}' is missing: expected {expected}");
            }
        }

        CheckWebhook();
    }

    /// <summary>Checks the two keys that must agree.</summary>
    private void CheckWebhook()
    {
        if (config.AlertWebhook is { } url && WebHookUrl.IsPlain(url) && config.WebhookFormat != WebHookUrl.PlainFormat)
        {
            error(
                _webhookAt,
                $"'{Webhook}' is plain HTTP: expected an https:// URL, or webhook_format = \"{WebHookUrl.PlainFormat}\""
            );
        }
    }

    private void ReadTable(TableSyntaxBase table)
    {
        string[] name = Parts(table.Name);
        bool isSection = name is [string first, ..] && Sections.Contains(first);
        if (table is TableArraySyntax && isSection)
        {
            error(table.Span, $"[[{name[0]}]] is a list of tables: expected [{name[0]}]");
            return;
        }

        if (!isSection && table.Items.ChildrenCount == 0)
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
            return; // a syntax error, already reported as such
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
        string table = string.Join('.', key.AsSpan(..^1));
        _seen.Add(name);
        _webhookAt = name == Webhook ? at : _webhookAt;
        foreach (FleetKey known in FleetKeys.All)
        {
            // A name may itself contain dots, so compare the parts.
            bool isIt = known.Table is { } named
                ? named == table && key.Length == named.Split('.').Length + 1
                : known.Name == name;
            if (isIt)
            {
                known.Read(config, new(name, key[^1], at, value, error));
                return;
            }
        }

        unknown(at, $"unknown key '{name}'{Meant(name, table, key[^1])}");
    }

    /// <summary>A similar known key, or the same name in a table with a similar name.</summary>
    private static string Meant(string name, string table, string member)
    {
        List<string> names = table.Length == 0 ? [.. Sections] : [];
        List<string> tables = [];
        foreach (FleetKey known in FleetKeys.All)
        {
            (known.Table is null ? names : tables).Add(known.Table ?? known.Name);
        }

        string suffix = DidYouMean.Suffix(name, names);
        bool isTable = Sections.Contains(table) || tables.Contains(table);
        return suffix.Length == 0 && !isTable && DidYouMean.Nearest(table, tables) is { } near
            ? $"; did you mean '{near}.{member}'?"
            : suffix;
    }

    private static string[] Parts(KeySyntax? key)
    {
        if (key?.Key is null)
        {
            return [];
        }

        string[] parts = new string[1 + key.DotKeys.ChildrenCount];
        parts[0] = Part(key.Key);
        for (int i = 1; i < parts.Length; i++)
        {
            parts[i] = Part(key.DotKeys.GetChild(i - 1)?.Key);
        }

        return parts;
    }

    private static string Part(BareKeyOrStringValueSyntax? key) =>
        key switch
        {
            BareKeySyntax bare => bare.Key?.Text ?? "",
            StringValueSyntax quoted => quoted.Value ?? "",
            _ => "",
        };
}
