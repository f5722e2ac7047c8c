namespace LamBoot.Pve.Tests;

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

        lvmthin: local-lvm
        	thinpool data
        	vgname pve
        """;

    [Theory]
    [InlineData("local:100/vm-100-disk-0.raw,efitype=4m", "local:100/vm-100-disk-0.raw")]
    [InlineData("efitype=4m,file=local:100/x.raw,size=4M", "local:100/x.raw")]
    [InlineData("file=/dev/vg/lv", "/dev/vg/lv")]
    [InlineData("/dev/disk/by-id/x,size=4M", "/dev/disk/by-id/x")]
    public void A_drive_names_its_volume(string drive, string volume) =>
        VolumeId.FromDrive(drive).ToString().ShouldBe(volume);

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
    [InlineData("/dev/vg/lv", "/dev/vg/lv")]
    public void A_directory_volume_has_a_path(string drive, string path)
    {
        using HostTree tree = new();
        tree.Write("/etc/pve/storage.cfg", StorageCfg);

        EfiDisk.Locate(new(tree.Root), VolumeId.FromDrive(drive)!.Value).ShouldBe(tree.Path(path));
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

        Should.Throw<HostException>(() => EfiDisk.Locate(new(tree.Root), VolumeId.FromDrive(drive)!.Value));
    }

    [Fact]
    public void Other_storages_are_asked_for_at_pvesm()
    {
        using HostTree tree = new();
        tree.Write("/etc/pve/storage.cfg", StorageCfg);
        PveSm(tree, "[ \"$*\" = 'path local-lvm:vm-100-disk-0' ] && echo /dev/pve/vm-100-disk-0");

        Locate(tree).ShouldBe(tree.Path("/dev/pve/vm-100-disk-0"));
    }

    [Theory]
    [InlineData("echo no such volume >&2; exit 2", "exited with 2: no such volume")]
    [InlineData("echo rbd:pool/image", "has no path on this node")]
    [InlineData("yes | head -c 10000000", "has no path on this node")]
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

        Should.Throw<HostTimeoutException>(() => Locate(tree));
    }

    [Fact]
    public void A_node_without_pvesm_says_so()
    {
        using HostTree tree = new();
        tree.Write("/etc/pve/storage.cfg", StorageCfg);

        Should.Throw<HostException>(() => Locate(tree)).Message.ShouldContain("cannot run");
    }

    private static string Locate(HostTree tree) =>
        EfiDisk.Locate(new(tree.Root), VolumeId.FromDrive("local-lvm:vm-100-disk-0,size=4M")!.Value);

    private static void PveSm(HostTree tree, string script)
    {
        tree.Write("/usr/sbin/pvesm", $"#!/bin/sh\n{script}\n");
        File.SetUnixFileMode(tree.Path("/usr/sbin/pvesm"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
    }
}
