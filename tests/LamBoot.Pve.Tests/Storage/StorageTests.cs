using LamBoot.Linux;
using LamBoot.Pve.Storage;
using LamBoot.Pve.Store;

namespace LamBoot.Pve.Tests.Storage;

/// <summary>Volumes, storages, and the path of a VM's EFI disk.</summary>
public sealed class StorageTests
{
    private const string StorageCfg = """
        dir: fast
        	path /mnt/fast/
        	content images
        	content-dirs iso=i,images=vm-disks

        # a comment
        dir: local
        	path /ignored
        	content images

        nfs: nas
        	export /srv
        	server 10.0.0.1
        	content images

        cifs: smb
        	path /mnt/smb
        	server 10.0.0.1
        	share s

        cephfs: cfs
        	content backup,images

        btrfs: bt
        	path /mnt/bt

        lvm: san
        	vgname vg_san
        	shared 1

        lvmthin: local-lvm
        	thinpool data
        	vgname pve

        zfspool: tank
        	pool rpool/data
        	mountpoint /elsewhere
        	sparse 1

        rbd: ceph-krbd
        	krbd 1
        	pool vms
        	content images

        rbd: ceph-ns
        	krbd 1
        	pool vms
        	namespace team1

        rbd: ceph-other
        	krbd 1
        	monhost 10.0.0.9
        	pool far

        rbd: ceph-librbd
        	pool vms

        iscsi: lun
        	portal 10.0.0.2
        	target iqn.2001-05.com.example:a

        dir: off
        	path /mnt/off
        	disable

        dir: elsewhere
        	path /mnt/elsewhere
        	nodes pve2,pve3

        dir: here
        	path /mnt/here
        	nodes pve2,pve1

        zfs: over-iscsi
        	pool tank

        dir: usb
        	path /mnt/usb
        	is_mountpoint yes

        dir: nested
        	path /mnt/disk/pve
        	is_mountpoint /mnt/disk

        dir: plain
        	path /mnt/plain
        	is_mountpoint 0

        dir: dirs
        	path /mnt/dirs
        	content-dirs backup=/custom/backup/dir,images=/custom/images

        iscsi: mynas
             portal 10.10.10.1
             target iqn.2006-01.openfiler.com:tsn.dcb5aaaddd
             content none

        iscsidirect: faststore
        	portal 10.10.10.1
        	target iqn.2006-01.openfiler.com:tsn.dcb5aaaddd

        glusterfs: Gluster
        	server 10.2.3.4
        	volume glustervol

        pbs: backup
        	datastore main

        esxi: far
        	server 10.2.3.5
        """;

    [Theory]
    [InlineData("local:100/vm-100-disk-0.raw,efitype=4m", "local:100/vm-100-disk-0.raw")]
    [InlineData("efitype=4m,file=local:100/x.raw,size=4M", "local:100/x.raw")]
    [InlineData("file=/dev/vg/lv", "/dev/vg/lv")]
    [InlineData("/dev/disk/by-id/x,size=4M", "/dev/disk/by-id/x")]
    public void A_drive_names_its_volume(string drive, string volume) =>
        VolumeId.FromDrive(drive).ToString().ShouldBe(volume);

    [Theory]
    [InlineData("local:100/vm-100-disk-0.raw,efitype=4m", null)]
    [InlineData("format=qcow2,file=/dev/vg/lv", "qcow2")]
    public void A_drive_may_say_the_format(string drive, string? format) =>
        VolumeId.FromDrive(drive)!.Value.Format.ShouldBe(format);

    [Theory]
    [InlineData("local:100/vm-100-disk-0.raw", false)]
    [InlineData("local:100/vm-100-disk-0.qcow2", true)]
    [InlineData("local:100/vm-100-disk-0.raw,format=qcow2", true)]
    [InlineData("local:100/vm-100-disk-0.qcow2,format=raw", false)]
    [InlineData("san:vm-100-disk-0", false)]
    [InlineData("san:vm-100-disk-0.qcow2", true)]
    [InlineData("local-lvm:vm-100-disk-0.qcow2", false)]
    [InlineData("tank:vm-100-disk-0.qcow2", false)]
    [InlineData("ceph-krbd:vm-100-disk-0.qcow2", false)]
    [InlineData("/dev/vg/lv", false)]
    [InlineData("/dev/vg/lv,format=qcow2", true)]
    public void The_format_is_what_Proxmox_VE_says(string drive, bool isQcow2)
    {
        using HostTree tree = Node();
        VolumeId volume = VolumeId.FromDrive(drive)!.Value;
        StorageSection? storage = StorageConfig.Read(new(tree.Root)).Find(volume.Storage);

        (ImageFormats.Of(volume, storage) == ImageFormat.Qcow2).ShouldBe(isQcow2);
    }

    [Theory]
    [InlineData("local:100/vm-100-disk-0.vmdk", "is a VMDK image, which is not read; move the disk to raw or qcow2")]
    [InlineData(
        "local:100/vm-100-disk-0.raw,format=vmdk",
        "is a VMDK image, which is not read; move the disk to raw or qcow2"
    )]
    [InlineData(
        "san:vm-100-disk-0,format=qed",
        "has the format 'qed', which is not read; move the disk to raw or qcow2"
    )]
    [InlineData("local:100/vm-100-disk-0", "'100/vm-100-disk-0' is no volume of type dir")]
    public void A_format_that_is_not_read_is_told(string drive, string reason)
    {
        using HostTree tree = Node();
        VolumeId volume = VolumeId.FromDrive(drive)!.Value;
        StorageSection? storage = StorageConfig.Read(new(tree.Root)).Find(volume.Storage);

        Should.Throw<HostException>(() => ImageFormats.Of(volume, storage)).Message.ShouldEndWith(reason);
    }

    /// <summary>LVM has the volumes of all VMs in one folder.</summary>
    [Theory]
    [InlineData("/dev/vg/snap_vm-100-disk-0_before.qcow2", true)]
    [InlineData("/dev/vg/vm-100-disk-1.qcow2", true)]
    [InlineData("/dev/vg/vm-102-disk-0.qcow2", false)]
    [InlineData("/dev/vg/vm-1001-disk-0", false)]
    [InlineData("/dev/vg/snap_vm-102-disk-0_vm-100-disk-0.qcow2", false)]
    [InlineData("/dev/vg/root", false)]
    [InlineData("/dev/other/vm-100-disk-0.qcow2", false)]
    public void On_LVM_a_volume_is_backed_by_the_VMs_own_alone(string backing, bool may) =>
        ImagePlace.OfDevice("/dev/vg/vm-100-disk-0.qcow2").Holds(backing, "/dev/vg/vm-100-disk-0.qcow2").ShouldBe(may);

    [Fact]
    public void A_storages_path_may_be_a_link_to_its_mount()
    {
        using HostTree tree = Node();
        Directory.CreateDirectory(tree.Path("/mnt"));
        File.CreateSymbolicLink(tree.Path("/mnt/usb"), "/proc");

        Should
            .Throw<HostException>(() => Locate(tree, "usb:100/vm-100-disk-0.raw"))
            .Message.ShouldBe("storage 'usb': there is no /mnt/usb/images/100/vm-100-disk-0.raw");
    }

    [Theory]
    [InlineData("none")]
    [InlineData("efitype=4m")]
    [InlineData("")]
    [InlineData("local:")]
    [InlineData(":x")]
    public void A_drive_may_name_none(string drive) => VolumeId.FromDrive(drive).ShouldBeNull();

    [Theory]
    [InlineData("local:100/vm-100-disk-0.raw", "/var/lib/vz/images/100/vm-100-disk-0.raw")]
    [InlineData("fast:100/vm-100-disk-0.raw", "/mnt/fast/vm-disks/100/vm-100-disk-0.raw")]
    [InlineData(
        "local:900/base-900-disk-0.qcow2/101/vm-101-disk-0.qcow2",
        "/var/lib/vz/images/101/vm-101-disk-0.qcow2"
    )]
    [InlineData("here:100/vm-100-disk-0.raw", "/mnt/here/images/100/vm-100-disk-0.raw")]
    [InlineData("nas:100/vm-100-disk-0.qcow2", "/mnt/pve/nas/images/100/vm-100-disk-0.qcow2")]
    [InlineData("smb:100/vm-100-disk-0.raw", "/mnt/smb/images/100/vm-100-disk-0.raw")]
    [InlineData("cfs:100/vm-100-disk-0.raw", "/mnt/pve/cfs/images/100/vm-100-disk-0.raw")]
    [InlineData("bt:100/vm-100-disk-0.raw", "/mnt/bt/images/100/vm-100-disk-0/disk.raw")]
    [InlineData("bt:100/vm-100-disk-0.qcow2", "/mnt/bt/images/100/vm-100-disk-0.qcow2")]
    [InlineData("san:vm-100-disk-0", "/dev/vg_san/vm-100-disk-0")]
    [InlineData("san:vm-100-disk-0.qcow2", "/dev/vg_san/vm-100-disk-0.qcow2")]
    [InlineData("local-lvm:vm-100-disk-0", "/dev/pve/vm-100-disk-0")]
    [InlineData("local-lvm:base-900-disk-0", "/dev/pve/base-900-disk-0")]
    [InlineData("tank:vm-100-disk-0", "/dev/zvol/rpool/data/vm-100-disk-0")]
    [InlineData("tank:base-900-disk-0/vm-101-disk-0", "/dev/zvol/rpool/data/vm-101-disk-0")]
    [InlineData("ceph-krbd:vm-100-disk-0", "/dev/rbd-pve/11111111-aaaa/vms/vm-100-disk-0")]
    [InlineData("ceph-krbd:base-900-disk-0/vm-101-disk-0", "/dev/rbd-pve/11111111-aaaa/vms/vm-101-disk-0")]
    [InlineData("ceph-ns:vm-100-disk-0", "/dev/rbd-pve/11111111-aaaa/vms/team1/vm-100-disk-0")]
    [InlineData("ceph-other:vm-100-disk-0", "/dev/rbd-pve/99999999-ffff/far/vm-100-disk-0")]
    [InlineData(
        "lun:0.0.1.scsi-360000000000000000e00000000010001",
        "/dev/disk/by-id/scsi-360000000000000000e00000000010001"
    )]
    [InlineData("/dev/vg/lv", "/dev/vg/lv")]
    [InlineData("local:100/vm-100-disk10.raw", "/var/lib/vz/images/100/vm-100-disk10.raw")] // pve-storage-dir.adoc
    [InlineData("local:900/base-900-disk-0.raw", "/var/lib/vz/images/900/base-900-disk-0.raw")]
    [InlineData("local:100/vm-100-my_efi.disk.qcow2", "/var/lib/vz/images/100/vm-100-my_efi.disk.qcow2")]
    [InlineData("dirs:100/vm-100-disk-0.raw", "/mnt/dirs/custom/images/100/vm-100-disk-0.raw")]
    [InlineData("usb:100/vm-100-disk-0.raw", "/mnt/usb/images/100/vm-100-disk-0.raw")]
    [InlineData("nas:900/base-900-disk-0.qcow2/101/vm-101-disk-0.qcow2", "/mnt/pve/nas/images/101/vm-101-disk-0.qcow2")]
    [InlineData("bt:900/base-900-disk-0.raw/101/vm-101-disk-0.raw", "/mnt/bt/images/101/vm-101-disk-0/disk.raw")]
    [InlineData("tank:base-900-disk-0", "/dev/zvol/rpool/data/base-900-disk-0")]
    [InlineData("ceph-ns:base-900-disk-0/vm-101-disk-0", "/dev/rbd-pve/11111111-aaaa/vms/team1/vm-101-disk-0")]
    [InlineData(
        "mynas:0.0.1.scsi-14f504e46494c4500494b5042546d2d646744372d31616d61",
        "/dev/disk/by-id/scsi-14f504e46494c4500494b5042546d2d646744372d31616d61"
    )]
    [InlineData("mynas:0.0.1.dm-uuid-mpath-3600.1-x", "/dev/disk/by-id/dm-uuid-mpath-3600.1-x")]
    public void A_volume_has_a_path(string drive, string path)
    {
        using HostTree tree = Node();
        bool isQcow2 = path.EndsWith(".qcow2", StringComparison.Ordinal);
        CorpusImage.Get(isQcow2 ? "qcow2-00" : "single-00-4m-ok").WriteTo(tree.Path(path));

        Locate(tree, drive).ShouldBe(tree.Path(path));
    }

    [Theory]
    [InlineData("nas:100/vm-100-disk-0.raw", "storage 'nas': /mnt/pve/nas is not mounted")]
    [InlineData("smb:100/vm-100-disk-0.raw", "storage 'smb': /mnt/smb is not mounted")]
    [InlineData("usb:100/vm-100-disk-0.raw", "storage 'usb': /mnt/usb is not mounted")]
    [InlineData("nested:100/vm-100-disk-0.raw", "storage 'nested': /mnt/disk is not mounted")]
    [InlineData("plain:100/x.raw", "storage 'plain': there is no /mnt/plain/images/100/x.raw")]
    [InlineData("mynas:0.0.x.scsi-1", "storage 'mynas': '0.0.x.scsi-1' is no volume of type iscsi")]
    [InlineData("local:100/vm-100-disk-0.raw", "storage 'local': there is no /var/lib/vz/images/100/vm-100-disk-0.raw")]
    [InlineData("tank:vm-100-disk-0", "storage 'tank': there is no /dev/zvol/rpool/data/vm-100-disk-0")]
    [InlineData("lun:scsi-36000", "storage 'lun': 'scsi-36000' is no volume of type iscsi")]
    [InlineData("off:100/vm-100-disk-0.raw", "storage 'off' is disabled")]
    [InlineData("elsewhere:100/vm-100-disk-0.raw", "storage 'elsewhere' is not for node 'pve1'")]
    [InlineData("nowhere:100/x.raw", "storage 'nowhere' is not in /etc/pve/storage.cfg")]
    [InlineData("tank:../../sda", "storage 'tank': '../../sda' is no volume of type zfspool")]
    [InlineData("san:a/b/c", "storage 'san': 'a/b/c' is no volume of type lvm")]
    public void A_volume_that_is_not_to_be_had_is_told(string drive, string message)
    {
        using HostTree tree = Node();

        Should.Throw<HostException>(() => Locate(tree, drive)).Message.ShouldBe(message);
    }

    [Theory]
    [InlineData("local:../../etc/shadow")]
    [InlineData("local:100/../../etc/shadow/x")]
    [InlineData("local:vm-100-disk-0.raw")]
    [InlineData("local:100//x")]
    [InlineData("nowhere:100/x.raw")]
    public void A_volume_that_leaves_its_storage_is_refused(string drive)
    {
        using HostTree tree = new();

        Should.Throw<HostException>(() => Locate(tree, drive));
    }

    [Fact]
    public void A_real_zvol_is_read()
    {
        Assert.SkipUnless(File.Exists("/dev/zfs"), "this kernel has no ZFS");
        using HostTree tree = Node();
        string pool = $"lamboot{Environment.ProcessId}";
        ProgramResult made = ProgramResult.Shell(
            "truncate -s 128M \"$1\" && zpool create -m none \"$2\" \"$1\" && zfs create -V 4M \"$2/vm-100-disk-0\" && udevadm settle",
            tree.Path("/pool"),
            pool
        );
        try
        {
            made.ExitCode.ShouldBe(0, made.Error);
            File.WriteAllBytes($"/dev/zvol/{pool}/vm-100-disk-0", Corpus.ReadBytes());
            Directory.CreateDirectory(tree.Path("/dev/zvol"));
            File.CreateSymbolicLink(tree.Path($"/dev/zvol/{pool}"), $"/dev/zvol/{pool}");
            tree.Write("/etc/pve/storage.cfg", $"zfspool: real\n\tpool {pool}\n");

            EfiDisk
                .Read(new(new(tree.Root)), 100, VolumeId.FromDrive("real:vm-100-disk-0")!.Value, out _)
                .Size.ShouldBe(4 << 20);
        }
        finally
        {
            ProgramResult.Shell("zpool destroy \"$1\"", pool);
        }
    }

    [Theory]
    [InlineData("over-iscsi:vm-100-disk-0")]
    [InlineData("over-iscsi:base-900-disk-0/vm-101-disk-0")]
    [InlineData("faststore:lun0")]
    [InlineData("Gluster:100/vm-100-disk-0.raw")]
    [InlineData("far:ha-datacenter/datastore/vm/vm-flat")]
    public void Other_storages_are_asked_for_at_pvesm(string volume)
    {
        using HostTree tree = new();
        tree.Write("/etc/pve/storage.cfg", StorageCfg);
        Corpus.WriteTo(tree.Path("/dev/x/vm-100-disk-0"));
        PveSm(tree, $"[ \"$*\" = 'path {volume}' ] && echo /dev/x/vm-100-disk-0");

        Locate(tree, $"{volume},size=4M").ShouldBe(tree.Path("/dev/x/vm-100-disk-0"));
    }

    [Fact]
    public void A_VMDK_image_is_told_as_one()
    {
        using HostTree tree = new();
        tree.Write("/var/lib/vz/images/100/vm-100-disk-0.vmdk", "KDMV and more");

        Should
            .Throw<HostException>(() => Locate(tree, "local:100/vm-100-disk-0.vmdk"))
            .Message.ShouldEndWith("is a VMDK image, which is not read; move the disk to raw or qcow2");
    }

    [Theory]
    [InlineData("echo no such volume >&2; exit 2", "exited with 2: no such volume")]
    [InlineData("echo rbd:pool/image", "has no path on this node")]
    [InlineData("echo iscsi://10.10.10.1/iqn.2006-01.openfiler.com:tsn.dcb5aaaddd/0", "has no path on this node")]
    [InlineData("echo gluster://10.2.3.4/glustervol/images/100/x.raw", "has no path on this node")]
    [InlineData("yes | head -c 10000000", "printed more than 64 KiB, which is not read")]
    public void What_pvesm_fails_with_is_told(string script, string message)
    {
        using HostTree tree = new();
        tree.Write("/etc/pve/storage.cfg", StorageCfg);
        PveSm(tree, script);

        Should.Throw<HostException>(() => Locate(tree)).Message.ShouldContain(message);
    }

    [Fact]
    public void A_pvesm_that_hangs_is_ended()
    {
        using HostTree tree = new();
        tree.Write("/etc/pve/storage.cfg", StorageCfg);
        PveSm(tree, "sleep 60");

        Should.Throw<HostException>(() => Locate(tree)).Kind.ShouldBe(HostErrorKind.Timeout);
    }

    [Fact]
    public void A_node_without_pvesm_says_so()
    {
        using HostTree tree = new();
        tree.Write("/etc/pve/storage.cfg", StorageCfg);

        Should.Throw<HostException>(() => Locate(tree)).Message.ShouldContain("cannot run");
    }

    private static HostTree Node()
    {
        HostTree tree = new();
        tree.Write("/etc/pve/storage.cfg", StorageCfg);
        tree.Write("/etc/pve/ceph.conf", "[client]\nfsid = wrong\n[global]\n\tauth = x\n\tfsid = 11111111-aaaa\n");
        tree.Write("/etc/pve/priv/ceph/ceph-other.conf", "[global]\nfsid=99999999-ffff\n");
        return tree;
    }

    private static CorpusImage Corpus => CorpusImage.Get("single-00-4m-ok");

    private static string Locate(HostTree tree, string drive = "over-iscsi:vm-100-disk-0,size=4M")
    {
        EfiDisk.Read(new(new(tree.Root)), 100, VolumeId.FromDrive(drive)!.Value, out string path).Size.ShouldBe(540672);
        return path;
    }

    private static void PveSm(HostTree tree, string script)
    {
        tree.Write("/usr/sbin/pvesm", $"#!/bin/sh\n{script}\n");
        File.SetUnixFileMode(tree.Path("/usr/sbin/pvesm"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
    }
}
