namespace LamBoot.Commands.Inspect;

/// <summary>Which document the guest is given by the running QEMU, and by the next one.</summary>
internal sealed record ExposureReport
{
    /// <summary>The VM's own document, as QEMU sees it.</summary>
    public required string Document { get; init; }

    /// <summary>
    /// <c>own</c>, <c>other</c> or <c>none</c>; <c>lent</c> where another VM's document carried this VM's identity, as at a clone's first
    /// start; null where the VM does not run.
    /// </summary>
    public string? Running { get; init; }

    /// <summary>The channels by which the running QEMU gives them, fleet.toml's words.</summary>
    public IReadOnlyList<string> RunningChannels { get; init; } = [];

    /// <summary>The files that the running QEMU was given.</summary>
    public IReadOnlyList<string> RunningFiles { get; init; } = [];

    /// <summary>
    /// <c>own</c>, <c>other</c>, <c>lent</c> or <c>none</c>; <c>missing</c> where a file that args names is not there,
    /// <c>duplicate</c> where there are two items: QEMU starts with neither. <c>faulty</c> where args has a fault.
    /// </summary>
    public required string Next { get; init; }

    /// <summary>What is wrong with args; null where nothing is.</summary>
    public string? NextFault { get; init; }

    /// <summary>The channels that args has, fleet.toml's words.</summary>
    public IReadOnlyList<string> NextChannels { get; init; } = [];

    /// <summary>The files that args names.</summary>
    public IReadOnlyList<string> NextFiles { get; init; } = [];
}
