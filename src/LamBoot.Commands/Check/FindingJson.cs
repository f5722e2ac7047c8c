using System.Text.Json;
using System.Text.Json.Serialization;
using LamBoot.Fleet.Text;

namespace LamBoot.Commands.Check;

/// <summary>The JSON of findings, using source generation.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(IReadOnlyList<Finding>))]
internal sealed partial class FindingJson : JsonSerializerContext
{
    /// <summary>Returns the findings as UTF-8, indented for people.</summary>
    public static byte[] Write(IReadOnlyList<Finding> findings) =>
        FleetJson.Write(
            writer => JsonSerializer.Serialize(writer, findings, Default.IReadOnlyListFinding),
            indented: true
        );
}
