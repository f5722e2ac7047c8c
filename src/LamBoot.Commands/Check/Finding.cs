namespace LamBoot.Commands.Check;

/// <summary>A problem found by <c>check</c>.</summary>
internal sealed record Finding
{
    /// <summary>Its kind: an ID in <see cref="FindingCatalogue"/>, which never changes.</summary>
    public required string Id { get; init; }

    /// <summary><c>error</c> or <c>warning</c>.</summary>
    public required string Severity { get; init; }

    /// <summary>The VM; null for the host and fleet.toml.</summary>
    public int? Vmid { get; init; }

    /// <summary>What is wrong.</summary>
    public required string Message { get; init; }

    /// <summary>How to fix it.</summary>
    public required string Fix { get; init; }

    /// <summary>The same under its name before 0.2, for scripts that read that.</summary>
    public string Mend => Fix;
}
