namespace LamBoot.Commands.Check;

/// <summary>
/// All findings of <c>check</c>, in the order in which they are checked. An ID is never changed or reused, because scripts rely on it.
/// docs/operations.md has the same list; a test keeps them in sync.
/// </summary>
internal static class FindingCatalogue
{
    public const string Error = "error";
    public const string Warning = "warning";

    /// <summary>The ID, severity and meaning of each finding.</summary>
    public static IReadOnlyList<(string Id, string Severity, string Meaning)> All { get; } =
    [
        ("fleet-missing", Warning, "there is no fleet.toml: identities have neither fleet nor role"),
        ("fleet-invalid", Error, "fleet.toml does not parse, or breaks a rule of its schema"),
        ("fleet-schema-missing", Warning, "fleet.toml has no schema_version, as upstream's may"),
        ("fleet-unknown-key", Warning, "fleet.toml has a key that is ignored"),
        ("fleet-placeholder", Warning, "the fleet's id is the placeholder of the package"),
        ("fleet-webhook-readable", Warning, "fleet.toml holds alert_webhook, a secret, and every user can read it"),
        ("channel-unusable", Error, "a channel that fleet.toml chooses does not work with this node's QEMU"),
        ("chain-unusable", Error, "the chained hookscript cannot be run"),
        (
            "pve-missing",
            Error,
            "the host's configuration, /etc/pve, is not there or cannot be read: no VM was looked at"
        ),
        ("fleet-role-unused", Warning, "fleet.toml gives a role to a VM that the cluster does not have"),
        ("unchecked", Error, "something could not be looked at; the other findings stand"),
        ("config-dir-unusable", Error, "the folder of the identity documents is a link, or others can write it"),
        ("log-unusable", Error, "the health log, or its folder, is not what root alone could have put there"),
        ("log-large", Warning, "the health log has more than 256 MiB: nothing rotates it"),
        ("log-malformed", Warning, "the end of the health log has lines that are no records"),
        ("lease-left", Warning, "a lease of a start that is over is left"),
        ("document-lent", Warning, "the document of a VM that was lent to a clone's start was not given back"),
        ("left-over", Warning, "a temporary file of a writer that was killed is left"),
        ("snippet-storage-unknown", Error, "the storage of the hookscript is not in storage.cfg"),
        ("snippet-storage-unusable", Error, "the storage of the hookscript is not mounted"),
        ("snippet-storage-disabled", Warning, "the storage of the hookscript is disabled, or not for this node"),
        ("snippet-storage-content", Warning, "the storage of the hookscript is not for snippets"),
        ("snippet-missing", Error, "the hookscript is not there: its VMs do not start"),
        ("snippet-not-executable", Error, "the hookscript is not executable: its VMs do not start"),
        ("snippet-broken", Error, "the hookscript does not run lamboot-hook"),
        ("snippet-version", Warning, "the hookscript runs another version of lamboot-hook"),
        ("vm-config-unreadable", Error, "a VM's configuration cannot be read"),
        ("vm-hookscript-unusable", Error, "a VM names a hookscript of another's that cannot be run: it does not start"),
        ("vm-upstream-hookscript", Warning, "a VM has upstream's lamboot-hookscript.pl: attach replaces it"),
        ("vm-not-ovmf", Warning, "an attached VM has no UEFI firmware"),
        ("vm-no-efidisk", Warning, "an attached VM has no EFI disk: nothing is kept between its boots"),
        ("vm-efidisk-storage", Error, "the storage of an attached VM's EFI disk is unknown or unusable"),
        (
            "vm-args-faulty",
            Error,
            "an attached VM's args line is of no use: Proxmox VE drops it, or QEMU does not start"
        ),
        ("vm-item-missing", Warning, "a VM with the hookscript is given no document yet"),
        ("vm-item-duplicate", Error, "a VM's args names two documents: QEMU does not start"),
        ("vm-item-mixed", Error, "a VM's args names the identity files of several VMs: its start is refused"),
        ("vm-fixed-vmid", Warning, "a VM's args gives the guest another VM's VMID, as a fixed SMBIOS string"),
        ("vm-item-superfluous", Warning, "a VM's args has an item of a channel that fleet.toml does not choose"),
        ("vm-item-other", Warning, "a VM's args names another VM's document, as a clone's does until its first start"),
        ("vm-item-outside", Warning, "a VM's args names a file that is no document of the folder"),
        ("vm-item-without-file", Error, "a VM's args has an item without a file: QEMU does not start"),
        ("vm-pending-item", Warning, "the pending args of a VM lack its item, or name another document"),
        (
            "vm-document-missing",
            Error,
            "a VM's args names a file that is not there, and no hook of ours writes it: it does not start"
        ),
        ("vm-document-invalid", Error, "a VM's document is no identity document"),
        ("vm-document-other", Error, "a VM's document holds another VM's identity"),
        ("vm-document-mode", Warning, "a VM's document is not readable by all, or others than root can write it"),
        ("vm-document-outdated", Warning, "a VM's document has another fleet or role than fleet.toml gives it now"),
        ("vm-without-hookscript", Warning, "a VM is given its document, and no hookscript keeps it"),
        (
            "vm-snapshot-document",
            Warning,
            "a snapshot of a VM names a document that is not there: after a rollback it does not start"
        ),
        ("vm-boot-order", Warning, "a VM's BootOrder names no entry that there is"),
        ("vm-boot-next", Warning, "a VM's next boot is set to one entry (BootNext), and does not go by the order"),
        (
            "vm-store-full",
            Warning,
            "a VM's variable store is over 80 % full: updates of it fail, and panics are not kept"
        ),
        (
            "vm-secure-boot",
            Warning,
            "a VM enforces Secure Boot, and its store lacks certificates: Microsoft's of 2023, or LamBoot's"
        ),
        ("document-stray", Warning, "the identity document of a VM that the cluster does not have is left"),
    ];

    /// <summary>Creates a finding.</summary>
    public static Finding Of(string id, int? vmid, string message, string fix) =>
        new()
        {
            Id = id,
            Severity = All.First(finding => finding.Id == id).Severity,
            Vmid = vmid,
            Message = message,
            Fix = fix,
        };
}
