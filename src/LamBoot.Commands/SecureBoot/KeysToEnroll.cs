namespace LamBoot.Commands.SecureBoot;

/// <summary>The arguments of <c>enroll</c>, as signature lists.</summary>
internal sealed record KeysToEnroll
{
    /// <summary>The certificates for db.</summary>
    public required byte[] Db { get; init; }

    /// <summary>Keys for KEK, or null.</summary>
    public byte[]? Kek { get; init; }

    /// <summary>The platform key, one signature list, or null.</summary>
    public byte[]? Pk { get; init; }

    /// <summary>What is forbidden, or null.</summary>
    public byte[]? Dbx { get; init; }

    /// <summary>The firmware's own store with Microsoft's keys, which are added to a store without keys; null to add only ours.</summary>
    public byte[]? Template { get; init; }
}
