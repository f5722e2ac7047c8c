namespace LamBoot.Commands.SecureBoot;

/// <summary>What <c>enroll</c> was given, as signature lists.</summary>
internal sealed record KeysToEnroll
{
    /// <summary>The certificates for db.</summary>
    public required byte[] Db { get; init; }

    /// <summary>Keys for KEK; null for none.</summary>
    public byte[]? Kek { get; init; }

    /// <summary>The platform key, one signature list; null for none.</summary>
    public byte[]? Pk { get; init; }

    /// <summary>What is forbidden; null for none.</summary>
    public byte[]? Dbx { get; init; }

    /// <summary>The firmware's own store with Microsoft's keys, whose keys a store without any gets; null for ours alone.</summary>
    public byte[]? Template { get; init; }
}
