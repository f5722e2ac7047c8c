namespace LamBoot.Commands.Check;

/// <summary>
/// All findings of <c>check</c>, in the order in which they are checked. An ID is never changed or reused, because scripts rely on it.
/// docs/reference/findings.md is made from this list.
/// </summary>
internal static class FindingCatalogue
{
    public const string Error = "error";
    public const string Warning = "warning";

    /// <summary>The ID, severity and meaning of each finding.</summary>
    public static IReadOnlyList<(string Id, string Severity, string Meaning)> All { get; } =
    [
        ("fleet-missing", Warning, "fleet.toml is missing: identities have no fleet and no role"),
        ("fleet-invalid", Error, "fleet.toml does not parse, or violates its schema"),
        ("fleet-schema-missing", Warning, "fleet.toml has no schema_version, as in some of upstream's"),
        ("fleet-unknown-key", Warning, "fleet.toml has an unknown key, which is ignored"),
        ("fleet-placeholder", Warning, "the fleet id is still the package's placeholder"),
        ("fleet-webhook-readable", Warning, "fleet.toml holds a secret, alert_webhook, and every user can read it"),
        ("channel-unusable", Error, "a channel in fleet.toml does not work with this node's QEMU"),
        ("chain-unusable", Error, "the chained hookscript cannot run"),
        ("pve-missing", Error, "/etc/pve is missing or unreadable: no VM was checked"),
        ("fleet-role-unused", Warning, "fleet.toml gives a role to a VM that does not exist in the cluster"),
        ("unchecked", Error, "something could not be checked; the other findings stand"),
        ("config-dir-unusable", Error, "the directory of the identity files is a link, or writable by anyone but root"),
        ("log-unusable", Error, "the health log or its directory could have been put there by someone other than root"),
        ("log-large", Warning, "the health log is over 256 MiB: nothing rotates it"),
        ("log-malformed", Warning, "the end of the health log has lines that are not records"),
        ("lease-left", Warning, "a lease was left behind by a start that has ended"),
        ("document-lent", Warning, "an identity file lent to a clone's start was not restored"),
        ("left-over", Warning, "a temporary file was left behind by a killed process"),
        ("snippet-storage-unknown", Error, "the hookscript's storage is not in storage.cfg"),
        ("snippet-storage-unusable", Error, "the hookscript's storage is not mounted"),
        ("snippet-storage-disabled", Warning, "the hookscript's storage is disabled, or not available on this node"),
        ("snippet-storage-content", Warning, "the hookscript's storage does not allow snippets"),
        ("snippet-missing", Error, "the hookscript is missing: its VMs will not start"),
        ("snippet-not-executable", Error, "the hookscript is not executable: its VMs will not start"),
        ("snippet-broken", Error, "the hookscript does not run lamboot-hook"),
        ("snippet-version", Warning, "the hookscript runs another version of lamboot-hook"),
        ("vm-config-unreadable", Error, "a VM's configuration cannot be read"),
        ("vm-hookscript-unusable", Error, "a VM has a third-party hookscript that cannot run: it will not start"),
        ("vm-upstream-hookscript", Warning, "a VM has upstream's lamboot-hookscript.pl: attach replaces it"),
        ("vm-not-ovmf", Warning, "an attached VM is not a UEFI VM"),
        ("vm-no-efidisk", Warning, "an attached VM has no EFI disk, so nothing is kept between boots"),
        ("vm-efidisk-storage", Error, "the storage of an attached VM's EFI disk is unknown or unusable"),
        (
            "vm-args-faulty",
            Error,
            "an attached VM's args line is broken: Proxmox VE ignores it, or QEMU will not start"
        ),
        ("vm-item-missing", Warning, "a VM with the hookscript gets no identity yet"),
        ("vm-item-duplicate", Error, "a VM's args points to two identity files: QEMU will not start"),
        ("vm-item-mixed", Error, "a VM's args points to the identity files of several VMs: its start will be refused"),
        ("vm-fixed-vmid", Warning, "a VM's args passes another VM's VMID to the guest as a fixed SMBIOS string"),
        ("vm-item-superfluous", Warning, "a VM's args has an item of a channel that is not in fleet.toml"),
        (
            "vm-item-other",
            Warning,
            "a VM's args points to another VM's identity file, as a clone's does until its first start"
        ),
        ("vm-item-outside", Warning, "a VM's args points to a file that is not an identity file of this host"),
        ("vm-item-without-file", Error, "a VM's args has an item without a file: QEMU will not start"),
        ("vm-pending-item", Warning, "a VM's pending args lack its item, or name another identity file"),
        (
            "vm-document-missing",
            Error,
            "a VM's args points to a missing file that no LamBoot hook writes: it will not start"
        ),
        ("vm-document-invalid", Error, "a VM's identity file is not valid"),
        ("vm-document-other", Error, "a VM's identity file holds another VM's identity"),
        (
            "vm-document-mode",
            Warning,
            "a VM's identity file is not readable by everyone, or writable by anyone but root"
        ),
        ("vm-document-outdated", Warning, "a VM's identity file has a fleet or role that differs from fleet.toml"),
        ("vm-without-hookscript", Warning, "a VM gets an identity, but no hookscript updates it"),
        (
            "vm-snapshot-document",
            Warning,
            "a VM's snapshot points to a missing identity file: after a rollback the VM will not start"
        ),
        ("vm-boot-order", Warning, "a VM's BootOrder names only missing entries"),
        ("vm-boot-next", Warning, "a VM's next boot is set to one entry (BootNext) and ignores the boot order"),
        (
            "vm-store-full",
            Warning,
            "a VM's variable store is over 80 % full: updates may fail, and panics are not kept"
        ),
        (
            "vm-secure-boot",
            Warning,
            "a VM enforces Secure Boot, but its store lacks certificates: Microsoft's 2023 ones, or LamBoot's"
        ),
        ("document-stray", Warning, "an identity file is left over from a VM that does not exist in the cluster"),
    ];

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
