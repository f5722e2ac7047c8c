namespace LamBoot.Fleet.SecureBoot;

/// <summary>How a VM stands with Secure Boot. In the order in which the rules are tried: the first that applies counts.</summary>
public enum SecureBootKind
{
    /// <summary>There is a store, and it cannot be read.</summary>
    Unreadable,

    /// <summary>There is no store: nothing is kept of keys.</summary>
    NoStore,

    /// <summary>The store has no authenticated variables: its firmware knows no Secure Boot.</summary>
    Unsupported,

    /// <summary>No platform key: nothing is enforced.</summary>
    Setup,

    /// <summary>Switched off in the firmware's menu.</summary>
    Off,

    /// <summary>It is enforced, by Microsoft's certificates, and those of 2023 are not all there.</summary>
    Lacks2023,

    /// <summary>It is enforced, and LamBoot, which is to run, cannot be told from what is not allowed.</summary>
    LacksLamBoot,

    /// <summary>It is enforced, and nothing lacks.</summary>
    Ready,
}

/// <summary>The words of how VMs stand with Secure Boot.</summary>
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

    /// <summary>All of them, in the order of the rules.</summary>
    public static IReadOnlyList<SecureBootKind> All { get; } = Enum.GetValues<SecureBootKind>();

    /// <summary>The word, in records, metrics and tables.</summary>
    public static string Word(this SecureBootKind kind) => Words[(int)kind];

    /// <summary>What a word stands for; null for a word that is none's.</summary>
    public static SecureBootKind? Parse(string? word) =>
        Array.IndexOf(Words, word) is >= 0 and int kind ? (SecureBootKind)kind : null;

    /// <summary>Whether there is something to fix where Secure Boot is wanted at all: it is enforced.</summary>
    public static bool IsLacking(this SecureBootKind kind) =>
        kind is SecureBootKind.Lacks2023 or SecureBootKind.LacksLamBoot;
}
