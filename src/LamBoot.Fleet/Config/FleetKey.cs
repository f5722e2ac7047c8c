namespace LamBoot.Fleet.Config;

/// <summary>Reads a value into the configuration.</summary>
internal delegate void FleetReader(FleetConfig config, FleetValue value);

/// <summary>A key of fleet.toml.</summary>
/// <param name="Name">Its path; <c>*</c> as last part stands for any name.</param>
/// <param name="Read">Reads its value, by its rule.</param>
/// <param name="Help">What it says, its rule and default: the man page has it.</param>
/// <param name="Required">What is expected where it is missing; null where it may be.</param>
internal sealed record FleetKey(string Name, FleetReader Read, string Help, string? Required = null)
{
    /// <summary>The path without its last part, which may be anything; null for a key with a name of its own.</summary>
    public string? Table => Name.EndsWith(".*", StringComparison.Ordinal) ? Name[..^2] : null;
}
