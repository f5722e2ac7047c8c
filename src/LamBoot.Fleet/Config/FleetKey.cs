namespace LamBoot.Fleet.Config;

/// <summary>Reads a value into the configuration.</summary>
internal delegate void FleetReader(FleetConfig config, FleetValue value);

/// <summary>A key of fleet.toml.</summary>
/// <param name="name">Its path; <c>*</c> as last part stands for any name.</param>
/// <param name="read">Reads its value, by its rule.</param>
/// <param name="required">What is expected where it is missing; null where it may be.</param>
internal sealed class FleetKey(string name, FleetReader read, string? required = null)
{
    /// <summary>Its path; <c>*</c> as last part stands for any name.</summary>
    public string Name => name;

    /// <summary>Reads its value, by its rule.</summary>
    public FleetReader Read => read;

    /// <summary>What is expected where it is missing; null where it may be.</summary>
    public string? Required => required;

    /// <summary>The path without its last part, which may be anything; null for a key with a name of its own.</summary>
    public string? Table { get; } = name.EndsWith(".*", StringComparison.Ordinal) ? name[..^2] : null;
}
