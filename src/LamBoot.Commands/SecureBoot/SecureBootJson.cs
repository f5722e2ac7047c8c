using System.Text.Json;
using System.Text.Json.Serialization;
using LamBoot.Fleet.Text;

namespace LamBoot.Commands.SecureBoot;

/// <summary>The JSON of what <c>secureboot</c> found, by source generation.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(IReadOnlyList<VmSecureBootReport>))]
internal sealed partial class SecureBootJson : JsonSerializerContext
{
    /// <summary>The reports as UTF-8, for a person too.</summary>
    public static byte[] Write(IReadOnlyList<VmSecureBootReport> reports) =>
        FleetJson.Write(
            writer => JsonSerializer.Serialize(writer, reports, Default.IReadOnlyListVmSecureBootReport),
            indented: true
        );
}
