using static LamBoot.Fleet.LamBootPaths;

namespace LamBoot.Fleet;

/// <summary>The content of each file, for the reference pages. Separate from the paths, which every phase loads.</summary>
internal static class LamBootFiles
{
    private const string Private = "0600";
    private const string Shared = "0640";
    private const string Public = "0644";
    private const string State = $"{ConfigDir}/{StateFolder}/VMID";
    private const string Document = $"{ConfigDir}/VMID{DocumentSuffix}";

    /// <summary>The files of this package, by folder.</summary>
    public static readonly IReadOnlyList<LamBootFile> Own =
    [
        new(
            FleetToml,
            null,
            "the administrator",
            "The fleet's id, roles, alerts and thresholds ([every key](fleet-toml.md)). Mode 0640 once it holds `alert_webhook`, which is a "
                + "secret. It may be a symbolic link into `/etc/pve`, which all nodes share."
        ),
        new(
            Document,
            Public,
            "the hook at pre-start, `attach`",
            "The VM's identity (JSON), which QEMU passes to the guest. `[hookscript] config_dir` names another folder."
        ),
        new(
            $"{ConfigDir}/VMID.vmid",
            Public,
            "the hook at pre-start, `attach`",
            "With the channel `smbios`: the same identity as SMBIOS strings. `VMID.fleet` and `VMID.role` are its other two."
        ),
        new(
            $"{Document}{KeptSuffix}",
            Public,
            "the hook",
            "A VM's own identity, kept while a clone of that VM starts with its identity file; gone once it is restored."
        ),
        new(
            $"{State}{LeaseSuffix}",
            Private,
            "the hook",
            "Which start uses that VM's identity file: VMID, process, start time and the host's boot."
        ),
        new($"{State}{LentSuffix}", Private, "the hook", "Whose identity file this VM's start was lent."),
        new(
            $"{State}{BootsSuffix}",
            Private,
            "the hook",
            "The VM's uuid, how its last run ended, and which boots are in the log, so that none is recorded twice."
        ),
        new(
            $"{CrashFolder}/VMID-TIME.txt",
            Shared,
            "the hook, the monitor",
            "What the guest's kernel said when it crashed: at most 64 KiB each, the newest 10 of each VM."
        ),
        new(
            $"{ConfigDir}/backup/VMID-TIME.fd",
            Private,
            "`enroll`, `apply`, `reset`, `rescue`, `boot`, `restore`",
            "The VM's variable store as it was before a change: the newest 10 of each VM."
        ),
        new(
            LamBootPaths.Log,
            Shared,
            "the hook",
            "The health log: one record a boot, one JSON object a line ([its fields](records.md)). Rotated logs beside it (`.1`, `.2.gz`) are "
                + "read as well. `[hookscript] log_path` names another file."
        ),
        new(
            $"{RunFolder}/VMID.recorded",
            Private,
            "the hook",
            "Device, inode, size and times of the EFI disk when it was last recorded, so that an unchanged one is not read again."
        ),
        new(
            $"{ScreenFolder}/VMID.png",
            Private,
            "the monitor with `--html`",
            "The last console picture of a critical VM."
        ),
        new(Samples, Private, "the monitor", "How often the firmware of each VM had booted at the last surveys."),
        new(Alerts, Private, "the monitor", "Which alerts the web hook has been sent."),
        new(MailedAlerts, Private, "the monitor", "Which alerts have been mailed."),
        new(RunAlerts, Private, "the monitor", "Which alerts the program of `[monitor] run` has been run for."),
        new(Clones, Private, "`attach --clones`", "Which configurations have been looked at for new clones."),
        new(
            "the file that an option names",
            null,
            "`lamboot-pve-monitor`, `inspect`, `enroll`",
            "Metrics (`--textfile`), the status page (`--html`) and a prepared store (`--out`), mode 0644; a console picture (`--screen`), mode "
                + "0600. [What is never overwritten](../security.md#who-may-write-what)."
        ),
    ];

    /// <summary>The Proxmox VE files that the programs read and write.</summary>
    public static readonly IReadOnlyList<LamBootFile> OfProxmox =
    [
        new(
            "/etc/pve/qemu-server/VMID.conf",
            null,
            "Proxmox VE",
            "Read. Of its main section the hook writes the `args:` line, nothing else, and only under Proxmox VE's lock. While an incoming "
                + "migration starts, the same file below `/etc/pve/nodes/NODE` is read."
        ),
        new(
            "/var/lock/qemu-server/lock-VMID.conf",
            null,
            "Proxmox VE",
            "Proxmox VE's lock, taken while `args:` is edited unless Proxmox VE itself holds it for the hook."
        ),
        new(
            "/etc/pve/storage.cfg",
            null,
            "Proxmox VE",
            "Read, to find the EFI disk. Storages of type dir, nfs, cifs, cephfs, btrfs, zfspool and iscsi are read directly, LVM through "
                + "`lvchange` where a volume is inactive, RBD through `rbd export` where none is mapped, other types through `pvesm path`, "
                + "qcow2 images through `qemu-img`. VMDK is not read."
        ),
        new(
            "the VM's EFI disk",
            null,
            "the guest's firmware",
            "Its variable store. Read by the hook and the monitor; written by `enroll`, `apply`, `reset`, `rescue`, `boot` and `restore` "
                + "alone, while the VM is stopped."
        ),
        new("/run/qemu-server/VMID.pid", null, "Proxmox VE", "Read: whether the VM runs."),
        new(
            "/run/qemu-server/VMID.qmp",
            null,
            "QEMU",
            "Asked for the VM's state, and by the monitor for a console picture."
        ),
        new(
            "/etc/pve/.members",
            null,
            "Proxmox VE",
            "Read: the cluster's nodes, their addresses, and which are online."
        ),
    ];
}
