using LamBoot.Pve.Config;

namespace LamBoot.Fleet.SecureBoot;

/// <summary>What a VM's Secure Boot is judged by.</summary>
public sealed record SecureBootFacts
{
    /// <summary>The VM.</summary>
    public required int Vmid { get; init; }

    /// <summary>Its configuration.</summary>
    public required VmConfig Config { get; init; }

    /// <summary><see cref="SecureBootKind.Unreadable"/> or <see cref="SecureBootKind.NoStore"/>; null where the store was read.</summary>
    public SecureBootKind? Gap { get; init; }

    /// <summary>Why nothing is known of the store.</summary>
    public string? GapReason { get; init; }

    /// <summary>What gives the VM a store; null where that is not known.</summary>
    public string? GapFix { get; init; }

    /// <summary>The store's keys; null where it has no authenticated variables.</summary>
    public SecureBootReport? Keys { get; init; }

    /// <summary><c>efidisk0</c>, a property string; null for none.</summary>
    public string? EfiDisk => Config.EfiDisk;

    /// <summary>What Proxmox VE says of the keys.</summary>
    public EfiDiskMark Mark => EfiDiskMark.Of(Config);

    /// <summary>Whether it has a TPM (<c>tpmstate0</c>): its guest may have sealed keys to PCR 7, which measures PK, KEK, db and dbx.</summary>
    public bool HasTpm => Config.Options.ContainsKey("tpmstate0");

    /// <summary>Whether it is a template, whose store does not change.</summary>
    public bool IsTemplate => Config.IsTemplate;

    /// <summary>Whether LamBoot is to run in it, and never has.</summary>
    public bool AwaitsLamBoot { get; init; }
}
