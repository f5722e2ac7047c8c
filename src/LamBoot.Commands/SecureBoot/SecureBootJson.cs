using System.Text.Json;
using System.Text.Json.Serialization;
using LamBoot.Fleet.Text;

namespace LamBoot.Commands.SecureBoot;

/// <summary>The JSON of <c>secureboot</c>, using source generation.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(IReadOnlyList<VmSecureBootReport>))]
internal sealed partial class SecureBootJson : JsonSerializerContext
{
    /// <summary>Returns the reports as UTF-8, indented for people.</summary>
    public static byte[] Write(IReadOnlyList<VmSecureBootReport> reports) =>
        FleetJson.Write(
            writer => JsonSerializer.Serialize(writer, reports, Default.IReadOnlyListVmSecureBootReport),
            indented: true
        );
}
