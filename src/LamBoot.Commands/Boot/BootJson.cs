using System.Text.Json;
using System.Text.Json.Serialization;
using LamBoot.Fleet.Text;

namespace LamBoot.Commands.Boot;

/// <summary>The JSON of boot entries, by source generation.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(BootReport))]
internal sealed partial class BootJson : JsonSerializerContext
{
    /// <summary>The report as UTF-8, for a person too.</summary>
    public static byte[] Write(BootReport report) =>
        FleetJson.Write(writer => JsonSerializer.Serialize(writer, report, Default.BootReport), indented: true);
}
