using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace LamBoot.Fleet;

/// <summary>
/// The JSON of all documents and records, by source generation. Everything beyond ASCII is escaped, and so is what could
/// act on a terminal.
/// </summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(IdentityDocument))]
[JsonSerializable(typeof(HealthRecord))]
[JsonSerializable(typeof(IReadOnlyList<HealthRecord>))]
public sealed partial class FleetJson : JsonSerializerContext
{
    /// <summary>Writes a value as UTF-8.</summary>
    /// <param name="value">The value.</param>
    /// <param name="type">Its generated metadata.</param>
    /// <param name="indented">Whether a person reads it.</param>
    public static byte[] Write<T>(T value, JsonTypeInfo<T> type, bool indented = false)
    {
        using MemoryStream bytes = new();
        using (Utf8JsonWriter writer = new(bytes, new JsonWriterOptions { Indented = indented }))
        {
            JsonSerializer.Serialize(writer, value, type);
        }

        if (indented)
        {
            bytes.WriteByte((byte)'\n');
        }

        return bytes.ToArray();
    }

    /// <summary>Reads a value from UTF-8.</summary>
    /// <exception cref="JsonException">It is not of that type.</exception>
    public static T? Read<T>(ReadOnlySpan<byte> bytes, JsonTypeInfo<T> type) => JsonSerializer.Deserialize(bytes, type);
}
