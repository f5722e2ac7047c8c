using System.Text.Json;
using System.Text.Json.Serialization;
using LamBoot.Fleet.Text;

namespace LamBoot.Commands.Boot;

/// <summary>The JSON of boot entries, using source generation.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(BootReport))]
internal sealed partial class BootJson : JsonSerializerContext
{
    /// <summary>Returns the report as UTF-8, indented for people.</summary>
    public static byte[] Write(BootReport report) =>
        FleetJson.Write(writer => JsonSerializer.Serialize(writer, report, Default.BootReport), indented: true);
}
