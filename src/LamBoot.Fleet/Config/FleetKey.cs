namespace LamBoot.Fleet.Config;

/// <summary>Reads a value into the configuration.</summary>
internal delegate void FleetReader(FleetConfig config, FleetValue value);

/// <summary>A key of fleet.toml.</summary>
/// <param name="name">Its path; <c>*</c> as the last part matches any name.</param>
/// <param name="read">Reads and validates its value.</param>
/// <param name="required">What is expected if the key is missing; null if the key is optional.</param>
internal sealed class FleetKey(string name, FleetReader read, string? required = null)
{
    /// <summary>Its path; <c>*</c> as the last part matches any name.</summary>
    public string Name => name;

    /// <summary>Reads and validates its value.</summary>
    public FleetReader Read => read;

    /// <summary>What is expected if the key is missing; null if the key is optional.</summary>
    public string? Required => required;

    /// <summary>The path without its wildcard last part; null for a key with a fixed name.</summary>
    public string? Table { get; } = name.EndsWith(".*", StringComparison.Ordinal) ? name[..^2] : null;
}
