namespace LamBoot.Fleet.Health;

/// <summary>Why nothing is known about a VM's boot health.</summary>
public enum HealthErrorKind
{
    /// <summary>A reason from a later version, whose word is unknown here.</summary>
    Other,

    /// <summary>The VM has no EFI disk.</summary>
    NoEfiDisk,

    /// <summary>The VM has no UEFI firmware.</summary>
    NotOvmf,

    /// <summary>The store holds no LamBoot variables: LamBoot has never run in this VM, or its store was replaced since.</summary>
    NoLamBootVariables,

    /// <summary>The store is empty flash, as before the first start of a VM.</summary>
    Erased,

    /// <summary>The store is damaged.</summary>
    Corrupt,

    /// <summary>The image is not a known kind of variable store.</summary>
    UnknownFormat,

    /// <summary>The store could not be read.</summary>
    Unreadable,

    /// <summary>The store could not be read in time.</summary>
    Timeout,

    /// <summary>The VM is a clone in which LamBoot has not run yet.</summary>
    NotStarted,

    /// <summary>A cluster node did not report its VMs.</summary>
    NoAnswer,
}

/// <summary>Why nothing is known about a VM's boot health: a fixed word, a colon, the detail.</summary>
/// <param name="Kind">The word.</param>
/// <param name="Detail">The detail, which may contain guest-written text: escape it.</param>
public readonly record struct HealthError(HealthErrorKind Kind, string Detail)
{
    private static readonly string[] Words =
    [
        "",
        "no-efidisk",
        "not-ovmf",
        "no-lamboot-variables",
        "erased",
        "corrupt",
        "unknown-format",
        "unreadable",
        "timeout",
        "not-started",
        "no-answer",
    ];

    /// <summary>Parses the text from a record.</summary>
    public static HealthError Parse(string text)
    {
        int colon = text.IndexOf(": ", StringComparison.Ordinal);
        int kind = colon > 0 ? Array.IndexOf(Words, text[..colon]) : -1;
        return kind > 0 ? new((HealthErrorKind)kind, text[(colon + 2)..]) : new(HealthErrorKind.Other, text);
    }

    /// <summary>The text as written to a record.</summary>
    public override string ToString() => Kind == HealthErrorKind.Other ? Detail : $"{Words[(int)Kind]}: {Detail}";
}
