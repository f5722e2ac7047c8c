using System.Text.Json;
using System.Text.Json.Serialization;
using LamBoot.Fleet.Health;
using LamBoot.Fleet.Identity;
using LamBoot.Fleet.Text;

namespace LamBoot.Commands.Inspect;

/// <summary>The JSON of <c>inspect</c>, using source generation; documents and records in it write themselves.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    Converters = [typeof(IdentityDocumentConverter), typeof(HealthRecordConverter)]
)]
[JsonSerializable(typeof(InspectReport))]
internal sealed partial class InspectJson : JsonSerializerContext
{
    /// <summary>Returns the report as UTF-8, indented for people.</summary>
    public static byte[] Write(InspectReport report) =>
        FleetJson.Write(writer => JsonSerializer.Serialize(writer, report, Default.InspectReport), indented: true);
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
