using System.Text.Json.Serialization;
using LamBoot.Fleet.SecureBoot;

namespace LamBoot.Commands.SecureBoot;

/// <summary>How a VM stands with Secure Boot; printed, or serialised as it is.</summary>
internal sealed class VmSecureBootReport(int vmid, string? name, SecureBootVerdict verdict)
{
    /// <summary>The VM.</summary>
    public int Vmid => vmid;

    /// <summary>Its name, or null.</summary>
    public string? Name => name;

    /// <summary>What it was judged by; null where its configuration cannot be had.</summary>
    [JsonIgnore]
    public SecureBootFacts? Facts { get; init; }

    /// <summary>How it stands.</summary>
    [JsonIgnore]
    public SecureBootKind Kind => verdict.Kind;

    /// <summary>How it stands, in a word: as the monitor's <c>secure_boot</c>.</summary>
    public string State => verdict.Kind.Word();

    /// <summary>Why, in a line.</summary>
    public string Reason => verdict.Reason;

    /// <summary>The command that fixes it, while the VM is stopped; null where there is none, or nothing to fix.</summary>
    public string? Fix => verdict.Fix;

    /// <summary>What else is to be known.</summary>
    public IReadOnlyList<string> Notes => verdict.Notes;

    /// <summary><c>user</c>, <c>setup</c> or <c>off</c>; <c>none</c> without a store that has keys, null where it cannot be read.</summary>
    public string? Mode =>
        verdict.Kind switch
        {
            SecureBootKind.Unreadable => null,
            SecureBootKind.NoStore or SecureBootKind.Unsupported => "none",
            SecureBootKind.Setup => "setup",
            SecureBootKind.Off => "off",
            _ => "user",
        };

    /// <summary>Proxmox VE's mark: whether Microsoft's keys were put there when the disk was made.</summary>
    public bool? PreEnrolledKeys => Facts?.Mark.HasKeys;

    /// <summary>Proxmox VE's mark: which of Microsoft's certificates of 2023 it has enrolled; null for none.</summary>
    public string? MsCert => Facts?.Mark.Certificates;

    /// <summary>Whether it has a TPM, to whose PCR 7 its guest may have sealed keys.</summary>
    public bool? Tpm => Facts?.HasTpm;

    /// <summary>The keys of its store; null where there are none to read.</summary>
    public SecureBootReport? Keys => Facts?.Keys;
}
