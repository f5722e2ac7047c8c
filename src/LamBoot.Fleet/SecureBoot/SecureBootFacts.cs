using LamBoot.Pve.Config;

namespace LamBoot.Fleet.SecureBoot;

/// <summary>The facts that a VM's Secure Boot verdict is based on.</summary>
public sealed record SecureBootFacts
{
    /// <summary>The VM.</summary>
    public required int Vmid { get; init; }

    /// <summary>Its configuration.</summary>
    public required VmConfig Config { get; init; }

    /// <summary><see cref="SecureBootKind.Unreadable"/> or <see cref="SecureBootKind.NoStore"/>; null if the store was read.</summary>
    public SecureBootKind? Gap { get; init; }

    /// <summary>Why nothing is known about the store.</summary>
    public string? GapReason { get; init; }

    /// <summary>How to give the VM a store; null if unknown.</summary>
    public string? GapFix { get; init; }

    /// <summary>The store's keys; null if it has no authenticated variables.</summary>
    public SecureBootReport? Keys { get; init; }

    /// <summary><c>efidisk0</c>, a property string; null if none.</summary>
    public string? EfiDisk => Config.EfiDisk;

    /// <summary>What Proxmox VE says about the keys.</summary>
    public EfiDiskMark Mark => EfiDiskMark.Of(Config);

    /// <summary>
    /// Whether the VM has a TPM (<c>tpmstate0</c>): its guest may have sealed keys to PCR 7, which measures PK, KEK, db and dbx.
    /// </summary>
    public bool HasTpm => Config.Options.ContainsKey("tpmstate0");

    /// <summary>Whether the VM is a template, whose store does not change.</summary>
    public bool IsTemplate => Config.IsTemplate;

    /// <summary>Whether LamBoot is meant to run in the VM but never has.</summary>
    public bool AwaitsLamBoot { get; init; }
}
