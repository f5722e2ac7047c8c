using LamBoot.Linux;
using LamBoot.Pve.Storage;
using LamBoot.Pve.Store;
using static LamBoot.Pve.Tests.Storage.StorageNode;

namespace LamBoot.Pve.Tests.Storage;

/// <summary>Where the bytes of a volume are, depending on its storage.</summary>
public sealed class StorageTests
{
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
        CorpusImage.Get(isQcow2 ? "qcow2-00" : "confirmed-4m").WriteTo(tree.Path(path));

        Locate(tree, drive).ShouldBe(tree.Path(path));
    }

    [Theory]
    [InlineData("nas:100/vm-100-disk-0.raw", "storage 'nas': /mnt/pve/nas is not mounted")]
    [InlineData("smb:100/vm-100-disk-0.raw", "storage 'smb': /mnt/smb is not mounted")]
    [InlineData("usb:100/vm-100-disk-0.raw", "storage 'usb': /mnt/usb is not mounted")]
    [InlineData("nested:100/vm-100-disk-0.raw", "storage 'nested': /mnt/disk is not mounted")]
    [InlineData("plain:100/x.raw", "storage 'plain': there is no /mnt/plain/images/100/x.raw")]
    [InlineData("mynas:0.0.x.scsi-1", "storage 'mynas': '0.0.x.scsi-1' is not a volume of type iscsi")]
    [InlineData("local:100/vm-100-disk-0.raw", "storage 'local': there is no /var/lib/vz/images/100/vm-100-disk-0.raw")]
    [InlineData("tank:vm-100-disk-0", "storage 'tank': there is no /dev/zvol/rpool/data/vm-100-disk-0")]
    [InlineData("lun:scsi-36000", "storage 'lun': 'scsi-36000' is not a volume of type iscsi")]
    [InlineData("off:100/vm-100-disk-0.raw", "storage 'off' is disabled")]
    [InlineData("elsewhere:100/vm-100-disk-0.raw", "storage 'elsewhere' is not available on node 'pve1'")]
    [InlineData("nowhere:100/x.raw", "storage 'nowhere' is not in /etc/pve/storage.cfg")]
    [InlineData("tank:../../sda", "storage 'tank': '../../sda' is not a volume of type zfspool")]
    [InlineData("san:a/b/c", "storage 'san': 'a/b/c' is not a volume of type lvm")]
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
}
