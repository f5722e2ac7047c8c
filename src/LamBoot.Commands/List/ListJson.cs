using System.Text.Json;
using System.Text.Json.Serialization;
using LamBoot.Fleet.Text;

namespace LamBoot.Commands.List;

/// <summary>The JSON of what <c>list</c> found, by source generation.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(IReadOnlyList<ListedVm>))]
internal sealed partial class ListJson : JsonSerializerContext
{
    /// <summary>The VMs as UTF-8, for a person too.</summary>
    public static byte[] Write(IReadOnlyList<ListedVm> vms) =>
        FleetJson.Write(writer => JsonSerializer.Serialize(writer, vms, Default.IReadOnlyListListedVm), indented: true);
}
