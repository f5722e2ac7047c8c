namespace LamBoot.Commands.Check;

/// <summary>Something that <c>check</c> found.</summary>
internal sealed record Finding
{
    /// <summary>What it is: an id of <see cref="FindingCatalogue"/>, which never changes.</summary>
    public required string Id { get; init; }

    /// <summary><c>error</c> or <c>warning</c>.</summary>
    public required string Severity { get; init; }

    /// <summary>The VM; null for the host and fleet.toml.</summary>
    public int? Vmid { get; init; }

    /// <summary>What is wrong.</summary>
    public required string Message { get; init; }

    /// <summary>How to fix it.</summary>
    public required string Fix { get; init; }

    /// <summary>The same by its name before 0.2, for those who read that.</summary>
    public string Mend => Fix;
}
