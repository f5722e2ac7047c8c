namespace LamBoot.Commands.Inspect;

/// <summary>Which document the guest gets from the running QEMU and from the next one.</summary>
internal sealed record ExposureReport
{
    /// <summary>The VM's own document, as seen by QEMU.</summary>
    public required string Document { get; init; }

    /// <summary>
    /// <c>own</c>, <c>other</c> or <c>none</c>; <c>lent</c> if another VM's document carried this VM's identity, as at a clone's first
    /// start; null if the VM is not running.
    /// </summary>
    public string? Running { get; init; }

    /// <summary>The channels used by the running QEMU, as named in fleet.toml.</summary>
    public IReadOnlyList<string> RunningChannels { get; init; } = [];

    /// <summary>The files passed to the running QEMU.</summary>
    public IReadOnlyList<string> RunningFiles { get; init; } = [];

    /// <summary>
    /// <c>own</c>, <c>other</c>, <c>lent</c> or <c>none</c>; <c>missing</c> if a file in args does not exist, <c>duplicate</c> if there are
    /// two items: QEMU starts with neither. <c>faulty</c> if args has a fault.
    /// </summary>
    public required string Next { get; init; }

    /// <summary>What is wrong with args; null if nothing is.</summary>
    public string? NextFault { get; init; }

    /// <summary>The channels in args, as named in fleet.toml.</summary>
    public IReadOnlyList<string> NextChannels { get; init; } = [];

    /// <summary>The files in args.</summary>
    public IReadOnlyList<string> NextFiles { get; init; } = [];
}
