using System.Text.Json;
using LamBoot.Fleet.Text;

namespace LamBoot.Fleet.Health.Verdicts;

/// <summary>The <c>crash</c> of a health record, as JSON.</summary>
internal static class CrashSummaryJson
{
    /// <summary>Writes the crash, or null.</summary>
    public static void Write(CrashSummary? crash, string? file, Utf8JsonWriter writer)
    {
        if (crash is null)
        {
            writer.WriteNullValue();
            return;
        }

        writer.WriteStartObject();
        writer.WriteString("kind", CrashSummary.Word(crash.Kind));
        writer.WriteString("reason", crash.Reason);
        writer.WriteString("at", crash.At is { } at ? UtcText.Format(at) : null);
        writer.WriteNumber("count", crash.Count);
        writer.WriteString("file", file);
        writer.WriteEndObject();
    }

    /// <summary>Reads it; null if this version does not know such a crash.</summary>
    /// <exception cref="JsonException">A field has the wrong type.</exception>
    public static CrashSummary? Read(JsonFields json) =>
        CrashSummary.Parse(json.Text("kind")) is not { } kind
            ? null
            : new()
            {
                Kind = kind,
                Reason = json.Text("reason"),
                At = UtcText.Parse(json.Text("at")),
                Count = json.Number("count") ?? 0,
            };
}
