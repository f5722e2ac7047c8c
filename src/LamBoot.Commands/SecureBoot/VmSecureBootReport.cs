using System.Text.Json.Serialization;
using LamBoot.Fleet.SecureBoot;

namespace LamBoot.Commands.SecureBoot;

/// <summary>The Secure Boot state of a VM; printed, or serialized as is.</summary>
internal sealed class VmSecureBootReport(int vmid, string? name, SecureBootVerdict verdict)
{
    /// <summary>The VM.</summary>
    public int Vmid => vmid;

    /// <summary>Its name, or null.</summary>
    public string? Name => name;

    /// <summary>The facts behind the verdict; null if its configuration is not available.</summary>
    [JsonIgnore]
    public SecureBootFacts? Facts { get; init; }

    /// <summary>The verdict.</summary>
    [JsonIgnore]
    public SecureBootKind Kind => verdict.Kind;

    /// <summary>The state in a word: as the monitor's <c>secure_boot</c>.</summary>
    public string State => verdict.Kind.Word();

    /// <summary>The reason, in one line.</summary>
    public string Reason => verdict.Reason;

    /// <summary>The command that fixes it while the VM is stopped; null if there is none, or nothing to fix.</summary>
    public string? Fix => verdict.Fix;

    /// <summary>Additional notes.</summary>
    public IReadOnlyList<string> Notes => verdict.Notes;

    /// <summary><c>user</c>, <c>setup</c> or <c>off</c>; <c>none</c> without a store that has keys, null if it cannot be read.</summary>
    public string? Mode =>
        verdict.Kind switch
        {
            SecureBootKind.Unreadable => null,
            SecureBootKind.NoStore or SecureBootKind.Unsupported => "none",
            SecureBootKind.Setup => "setup",
            SecureBootKind.Off => "off",
            _ => "user",
        };

    /// <summary>Proxmox VE's mark: whether Microsoft's keys were enrolled when the disk was created.</summary>
    public bool? PreEnrolledKeys => Facts?.Mark.HasKeys;

    /// <summary>Proxmox VE's mark: which of Microsoft's 2023 certificates it has enrolled; null if none.</summary>
    public string? MsCert => Facts?.Mark.Certificates;

    /// <summary>Whether it has a TPM, to whose PCR 7 its guest may have sealed keys.</summary>
    public bool? Tpm => Facts?.HasTpm;

    /// <summary>The keys in its store; null if none are readable.</summary>
    public SecureBootReport? Keys => Facts?.Keys;
}
