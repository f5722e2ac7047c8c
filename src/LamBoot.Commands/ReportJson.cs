using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using LamBoot.Commands.Check;
using LamBoot.Commands.Inspect;
using LamBoot.Fleet.Health;
using LamBoot.Fleet.Identity;
using LamBoot.Fleet.Text;

namespace LamBoot.Commands;

/// <summary>The JSON of what commands report, by source generation; documents and records in it write themselves.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    Converters = [typeof(IdentityDocumentConverter), typeof(HealthRecordConverter)]
)]
[JsonSerializable(typeof(InspectReport))]
[JsonSerializable(typeof(IReadOnlyList<Finding>))]
internal sealed partial class ReportJson : JsonSerializerContext
{
    /// <summary>Writes a report as UTF-8, for a person too.</summary>
    public static byte[] Write<T>(T value, JsonTypeInfo<T> type) =>
        FleetJson.Write(writer => JsonSerializer.Serialize(writer, value, type), indented: true);
}

internal sealed class IdentityDocumentConverter : JsonConverter<IdentityDocument>
{
    public override IdentityDocument Read(
        ref Utf8JsonReader reader,
        Type typeToConvert,
        JsonSerializerOptions options
    ) => throw new NotSupportedException();

    public override void Write(Utf8JsonWriter writer, IdentityDocument value, JsonSerializerOptions options) =>
        value.Write(writer);
}

internal sealed class HealthRecordConverter : JsonConverter<HealthRecord>
{
    public override HealthRecord Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        throw new NotSupportedException();

    public override void Write(Utf8JsonWriter writer, HealthRecord value, JsonSerializerOptions options) =>
        value.Write(writer);
}
