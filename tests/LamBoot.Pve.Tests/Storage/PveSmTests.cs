using LamBoot.Linux;
using static LamBoot.Pve.Tests.Storage.StorageNode;

namespace LamBoot.Pve.Tests.Storage;

/// <summary>Storages that only Proxmox VE itself knows.</summary>
public sealed class PveSmTests
{
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
            .Message.ShouldEndWith("is a VMDK image, which is not supported; move the disk to raw or qcow2");
    }

    [Theory]
    [InlineData("echo no such volume >&2; exit 2", "exited with 2: no such volume")]
    [InlineData("echo rbd:pool/image", "has no path on this node")]
    [InlineData("echo iscsi://10.10.10.1/iqn.2006-01.openfiler.com:tsn.dcb5aaaddd/0", "has no path on this node")]
    [InlineData("echo gluster://10.2.3.4/glustervol/images/100/x.raw", "has no path on this node")]
    [InlineData("yes | head -c 10000000", "printed more than 64 KiB, the limit")]
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
}
