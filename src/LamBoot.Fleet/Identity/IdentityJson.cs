using System.Text;

namespace LamBoot.Fleet.Identity;

/// <summary>
/// Writes identity documents so that LamBoot's own scanner can read them (lamboot-core, fw_cfg config). The scanner takes the first
/// <c>"role"</c> anywhere in the text, whether it is a key or the end of a value, and then what follows the next colon if that is a string;
/// it understands <c>\" \\ \/ \n \r \t \b \f</c> but not <c>\uXXXX</c>. So the text is raw UTF-8, the fields that it looks for come first,
/// and if a value ends in the name of one of them (a node called <c>role</c>), that field's own value comes next.
/// </summary>
internal sealed class IdentityJson
{
    /// <summary>A value that the scanner does not find, because it is not a string.</summary>
    private const string Nothing = "null";

    private readonly StringBuilder _text = new("{");
    private readonly List<(string Key, string? Value)> _sought;
    private readonly HashSet<string> _written = [];

    private IdentityJson(IdentityDocument document) =>
        _sought = [
            ("vmid", document.Vmid),
            ("fleet_id", document.FleetId),
            ("role", document.Role),
            ("hostname", document.Hostname),
        ];

    /// <summary>Returns the document as the guest reads it.</summary>
    public static byte[] Write(IdentityDocument document)
    {
        IdentityJson json = new(document);
        foreach ((string key, string? value) in json._sought)
        {
            json.WriteSought(key, value);
        }

        json.WriteField("schema_version", Quote(document.SchemaVersion));
        json.WriteField("written_by", Quote(document.WrittenBy));
        json.WriteField("written_at", Quote(document.WrittenAt));
        List<string> tags = [];
        foreach (string tag in document.TagsAtSetup)
        {
            tags.Add(Quote(tag));
        }

        json.WriteField("tags_at_setup", $"[{string.Join(", ", tags)}]");
        return Encoding.UTF8.GetBytes(json._text.Append("\n}\n").ToString());
    }

    /// <summary>Whether a value can be written: it needs no escape that the scanner does not understand.</summary>
    public static bool IsReadable(string text) => !Array.Exists(text.ToCharArray(), char.IsControl);

    /// <summary>
    /// Whether a tag can be written: after a colon, the scanner would take the rest for a value. Proxmox VE has no such tags.
    /// </summary>
    public static bool IsReadableTag(string tag) => IsReadable(tag) && !tag.Contains(':', StringComparison.Ordinal);

    private void WriteSought(string key, string? value)
    {
        if (value is null || !_written.Add(key))
        {
            return;
        }

        string quoted = Quote(value);
        WriteField(key, quoted);
        foreach ((string other, string? held) in _sought)
        {
            if (!_written.Contains(other) && quoted.EndsWith($"\"{other}\"", StringComparison.Ordinal))
            {
                if (held is null)
                {
                    WriteField($"no_{other}", Nothing);
                    _written.Add(other);
                }
                else
                {
                    WriteSought(other, held);
                }
            }
        }
    }

    private void WriteField(string key, string value) =>
        _text.Append(_text.Length == 1 ? "\n" : ",\n").Append("  \"").Append(key).Append("\": ").Append(value);

    private static string Quote(string text)
    {
        StringBuilder quoted = new("\"");
        foreach (char c in text)
        {
            _ = c switch
            {
                '"' or '\\' => quoted.Append('\\').Append(c),
                '\n' => quoted.Append("\\n"),
                '\r' => quoted.Append("\\r"),
                '\t' => quoted.Append("\\t"),
                '\b' => quoted.Append("\\b"),
                '\f' => quoted.Append("\\f"),
                < ' ' => quoted.Append('\uFFFD'), // rejected in the configuration
                _ => quoted.Append(c),
            };
        }

        return quoted.Append('"').ToString();
    }
}
