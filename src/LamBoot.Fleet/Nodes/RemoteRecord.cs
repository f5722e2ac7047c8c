using System.Runtime.InteropServices;
using System.Text.Json;
using LamBoot.Fleet.Health;
using LamBoot.Fleet.Text;
using LamBoot.Linux.Files;
using LamBoot.Pve.Config;

namespace LamBoot.Fleet.Nodes;

/// <summary>
/// A health record of another node's answer. The node may be of another version, and may not mean well: fields that are not known here
/// are passed over, what is no record at all is refused with the whole answer, and what is printed as it stands is made printable.
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

    /// <summary>A further field that is a string; null where it is not.</summary>
    public string? Text(string name) =>
        _json.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;

    /// <summary>Whether a further field is true.</summary>
    public bool Flag(string name) =>
        _json.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.True;

    /// <summary>A further field that is a list of records; what is none is left out.</summary>
    public IReadOnlyList<HealthRecord> Records(string name) =>
        _json.TryGetProperty(name, out JsonElement list) && list.ValueKind == JsonValueKind.Array
            ? [.. list.EnumerateArray().Select(each => Parse(each, _node)?.Health).OfType<HealthRecord>()]
            : [];

    /// <summary>Reads a list of records.</summary>
    /// <param name="json">What the node printed.</param>
    /// <param name="node">The node.</param>
    /// <returns>The records; null for what is no list of them.</returns>
    public static IReadOnlyList<RemoteRecord>? ParseList(ReadOnlySpan<byte> json, string node)
    {
        try
        {
            Utf8JsonReader reader = new(json);
            JsonElement list = JsonElement.ParseValue(ref reader);
            List<RemoteRecord?> records = [.. list.EnumerateArray().Select(each => Parse(each, node))];
            return reader.Read() || records.Contains(null) ? null : [.. records.OfType<RemoteRecord>()];
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException) // the latter for another type, or no UTF-8
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

    /// <summary>The record, in which every field that is shown as it stands holds what this program would have written.</summary>
    private static HealthRecord Printable(HealthRecord record, string node) =>
        record with
        {
            Node = node, // whatever it says: whose word it is decides which node's counts of a VM
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
