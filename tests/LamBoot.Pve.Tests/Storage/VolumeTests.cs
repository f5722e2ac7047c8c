using LamBoot.Linux;
using LamBoot.Pve.Storage;
using static LamBoot.Pve.Tests.Storage.StorageNode;

namespace LamBoot.Pve.Tests.Storage;

/// <summary>What a drive names, and its format.</summary>
public sealed class VolumeTests
{
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
    [InlineData(
        "local:100/vm-100-disk-0.vmdk",
        "is a VMDK image, which is not supported; move the disk to raw or qcow2"
    )]
    [InlineData(
        "local:100/vm-100-disk-0.raw,format=vmdk",
        "is a VMDK image, which is not supported; move the disk to raw or qcow2"
    )]
    [InlineData(
        "san:vm-100-disk-0,format=qed",
        "has the format 'qed', which is not supported; move the disk to raw or qcow2"
    )]
    [InlineData("local:100/vm-100-disk-0", "'100/vm-100-disk-0' is not a volume of type dir")]
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
}
