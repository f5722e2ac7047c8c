namespace LamBoot.Fleet.SecureBoot;

/// <summary>A VM's Secure Boot state. In the order in which the rules are tried: the first match wins.</summary>
public enum SecureBootKind
{
    /// <summary>There is a store, but it cannot be read.</summary>
    Unreadable,

    /// <summary>No UEFI firmware, no EFI disk, or an empty one: no keys are stored. Fix: <c>qm set VMID --efidisk0 …</c>.</summary>
    NoStore,

    /// <summary>The store has no authenticated variables: its firmware does not support Secure Boot.</summary>
    Unsupported,

    /// <summary>
    /// No platform key: nothing is enforced. To enable Secure Boot: <c>lamboot-hook enroll VMID --cert FILE --microsoft --setup</c>.
    /// </summary>
    Setup,

    /// <summary>Turned off in the firmware's menu. Fix: turn it on there.</summary>
    Off,

    /// <summary>
    /// Enforced, but not all of Microsoft's 2023 certificates are in db and KEK. Fix: <c>qm enroll-efi-keys VMID</c>.
    /// </summary>
    Lacks2023,

    /// <summary>
    /// Enforced in an attached VM in which LamBoot has not run yet, and LamBoot's certificate is neither in db nor in shim's MokList. Fix:
    /// <c>lamboot-hook enroll VMID --cert FILE</c>.
    /// </summary>
    LacksLamBoot,

    /// <summary>Enforced, with Microsoft's 2023 certificates, or with the VM's own keys and none of Microsoft's.</summary>
    Ready,
}

/// <summary>The words for Secure Boot states.</summary>
public static class SecureBootKinds
{
    private static readonly string[] Words =
    [
        "unreadable",
        "no-store",
        "unsupported",
        "setup",
        "off",
        "lacks-2023",
        "lacks-lamboot",
        "ready",
    ];

    /// <summary>All states, in the order of the rules.</summary>
    public static IReadOnlyList<SecureBootKind> All { get; } = Enum.GetValues<SecureBootKind>();

    /// <summary>The word for a state, in records, metrics and tables.</summary>
    public static string Word(this SecureBootKind kind) => Words[(int)kind];

    /// <summary>Parses a state; null if the word is unknown.</summary>
    public static SecureBootKind? Parse(string? word) =>
        Array.IndexOf(Words, word) is >= 0 and int kind ? (SecureBootKind)kind : null;

    /// <summary>Whether there is something to fix for a VM that wants Secure Boot at all, that is, one where it is enforced.</summary>
    public static bool IsLacking(this SecureBootKind kind) =>
        kind is SecureBootKind.Lacks2023 or SecureBootKind.LacksLamBoot;
}
