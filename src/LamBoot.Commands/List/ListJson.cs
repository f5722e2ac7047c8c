using System.Text.Json;
using System.Text.Json.Serialization;
using LamBoot.Fleet.Text;

namespace LamBoot.Commands.List;

/// <summary>The JSON of <c>list</c>, using source generation.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(IReadOnlyList<ListedVm>))]
internal sealed partial class ListJson : JsonSerializerContext
{
    /// <summary>Returns the VMs as UTF-8, indented for people.</summary>
    public static byte[] Write(IReadOnlyList<ListedVm> vms) =>
        FleetJson.Write(writer => JsonSerializer.Serialize(writer, vms, Default.IReadOnlyListListedVm), indented: true);
}
