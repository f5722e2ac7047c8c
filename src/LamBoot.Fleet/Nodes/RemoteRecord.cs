using System.Runtime.InteropServices;
using System.Text.Json;
using LamBoot.Fleet.Health;
using LamBoot.Fleet.Text;
using LamBoot.Linux.Files;
using LamBoot.Pve.Config;

namespace LamBoot.Fleet.Nodes;

/// <summary>
/// A health record from another node's answer. The node may run another version and may be hostile: unknown fields are ignored, anything
/// that is not a record makes the whole answer invalid, and text that is printed verbatim is made printable.
/// </summary>
public sealed class RemoteRecord
{
    private const int LongestWord = 32;

    private readonly JsonElement _json;
    private readonly string _node;

    private RemoteRecord(HealthRecord health, JsonElement json, string node) =>
        (Health, _json, _node) = (health, json, node);

    /// <summary>The VM's health.</summary>
    public HealthRecord Health { get; }

    /// <summary>An additional field, if it is a string; otherwise null.</summary>
    public string? Text(string name) =>
        _json.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;

    /// <summary>Whether an additional field is true.</summary>
    public bool Flag(string name) =>
        _json.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.True;

    /// <summary>An additional field that is a list of records, skipping elements that are not records.</summary>
    public IReadOnlyList<HealthRecord> Records(string name) =>
        _json.TryGetProperty(name, out JsonElement list) && list.ValueKind == JsonValueKind.Array
            ? [.. list.EnumerateArray().Select(each => Parse(each, _node)?.Health).OfType<HealthRecord>()]
            : [];

    /// <summary>Parses a list of records.</summary>
    /// <param name="json">The output of the node.</param>
    /// <param name="node">The node.</param>
    /// <returns>The records; null if it is not a list of records.</returns>
    public static IReadOnlyList<RemoteRecord>? ParseList(ReadOnlySpan<byte> json, string node)
    {
        try
        {
            Utf8JsonReader reader = new(json);
            JsonElement list = JsonElement.ParseValue(ref reader);
            List<RemoteRecord?> records = [.. list.EnumerateArray().Select(each => Parse(each, node))];
            return reader.Read() || records.Contains(null) ? null : [.. records.OfType<RemoteRecord>()];
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException) // InvalidOperationException: another type, or not UTF-8
        {
            return null;
        }
    }

    private static RemoteRecord? Parse(JsonElement json, string node)
    {
        ReadOnlySpan<byte> text = JsonMarshal.GetRawUtf8Value(json);
        return
            text.Length <= LogFile.MaximumLine
            && HealthRecordJson.Parse(text) is { Vmid: >= Vmid.Minimum and <= Vmid.Maximum } record
            && UtcText.Parse(record.ObservedAt) is not null
            ? new(Printable(record, node), json, node)
            : null;
    }

    /// <summary>Returns the record with every field that is printed verbatim restricted to what this program would have written.</summary>
    private static HealthRecord Printable(HealthRecord record, string node) =>
        record with
        {
            Node = node, // whatever it claims: the sender decides which node's record of a VM counts
            Phase = Word(record.Phase) ?? "",
            Uuid = record.Uuid is null ? null : SafeText.Escape(record.Uuid),
            State = record.State is null ? null : SafeText.Escape(record.State),
            Timestamp = UtcText.Parse(record.Timestamp) is null ? null : record.Timestamp,
            QmpStatus = Word(record.QmpStatus),
            Reason = record.Reason is null ? null : SafeText.EscapeLine(record.Reason),
            Warning = record.Warning is null ? null : SafeText.EscapeLine(record.Warning),
        };

    private static string? Word(string? text) =>
        text?.Length is > 0 and <= LongestWord && text.All(c => char.IsAsciiLetterLower(c) || c == '-') ? text : null;
}
