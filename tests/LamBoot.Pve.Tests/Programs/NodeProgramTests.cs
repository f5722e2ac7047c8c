using LamBoot.Linux;
using LamBoot.Nvram.Variables;
using LamBoot.Pve.Storage;
using LamBoot.Pve.Store;

namespace LamBoot.Pve.Tests.Programs;

/// <summary>Volumes read with the node's lvchange and rbd, which are simulated by scripts that check their arguments.</summary>
public sealed class NodeProgramTests
{
    private const string StorageCfg = """
        lvm: san
        	vgname vg

        lvmthin: thin
        	vgname pve
        	thinpool data

        rbd: ceph
        	pool vms
        	username vmuser

        rbd: far
        	monhost 10.0.0.1 10.0.0.2;10.0.0.3
        	pool p
        	namespace team

        rbd: mapped
        	monhost 10.0.0.1
        	krbd 1

        """;

    // A device appears shortly after activation, as udev creates it.
    private const string LvChange = """
        echo "$*" >>"$LAMBOOT_TEST/calls"
        case "$1" in
            -aey | -ay)
                for name; do case $name in */*) break ;; esac; done
                mkdir -p "$LAMBOOT_TEST/dev/${name%/*}"
                { sleep 0.2; cp "$LAMBOOT_TEST/image" "$LAMBOOT_TEST/new"; mv "$LAMBOOT_TEST/new" "$LAMBOOT_TEST/dev/$name"; } >/dev/null 2>&1 &
                ;;
            *) rm "$LAMBOOT_TEST/dev/$2" ;;
        esac
        """;

    [Theory]
    [InlineData("san:vm-100-disk-0", "-aey vg/vm-100-disk-0", "-aln vg/vm-100-disk-0")]
    [InlineData("thin:vm-100-disk-0", "-ay -K pve/vm-100-disk-0", "-an pve/vm-100-disk-0")]
    [InlineData(
        "san:vm-100-disk-0.qcow2",
        "-aey vg/vm-100-disk-0.qcow2 @pve-vm-100-disk-0.qcow2",
        "-aln vg/vm-100-disk-0.qcow2 @pve-vm-100-disk-0.qcow2"
    )]
    public void An_inactive_LVM_volume_is_activated_and_put_back(string drive, string activate, string deactivate)
    {
        using HostTree tree = Node("/usr/sbin/lvchange", LvChange);
        bool isQcow2 = drive.EndsWith(".qcow2", StringComparison.Ordinal);
        CorpusImage.Get(isQcow2 ? "qcow2-00" : "confirmed-4m").WriteTo(tree.Path("/image"));

        Read(tree, drive).Size.ShouldBe(540672);

        Calls(tree).ShouldBe([activate, deactivate]);
    }

    [Fact]
    public void It_is_put_back_when_the_read_fails()
    {
        using HostTree tree = Node(
            "/usr/sbin/lvchange",
            LvChange.Replace("cp \"$LAMBOOT_TEST/image\"", "mkdir -p", StringComparison.Ordinal)
        );

        Should.Throw<HostException>(() => Read(tree, "san:vm-100-disk-0"));

        Calls(tree).ShouldBe(["-aey vg/vm-100-disk-0", "-aln vg/vm-100-disk-0"]);
    }

    [Fact]
    public void An_active_volume_stays_untouched()
    {
        using HostTree tree = Node("/usr/sbin/lvchange", LvChange);
        File.Move(tree.Path("/image"), Make(tree, "/dev/vg/vm-100-disk-0"));

        Read(tree, "san:vm-100-disk-0").Size.ShouldBe(540672);

        File.Exists(tree.Path("/calls")).ShouldBeFalse();
    }

    [Fact]
    public void Under_a_strangers_lock_nothing_is_activated()
    {
        using HostTree tree = Node("/usr/sbin/lvchange", LvChange);
        using System.Diagnostics.Process stranger = tree.HoldLock(100);
        try
        {
            HostException e = Should.Throw<HostException>(() => Read(tree, "san:vm-100-disk-0"));

            e.Message.ShouldBe(
                $"LVM volume vg/vm-100-disk-0 is not active, and process {stranger.Id} (flock) holds the VM's lock: not activated"
            );
            File.Exists(tree.Path("/calls")).ShouldBeFalse();
        }
        finally
        {
            stranger.Kill(entireProcessTree: true);
        }
    }

    [Fact]
    public void A_volume_that_cannot_be_activated_is_told()
    {
        using HostTree tree = Node("/usr/sbin/lvchange", "echo '  Volume group \"vg\" not found' >&2; exit 5");

        Should
            .Throw<HostException>(() => Read(tree, "san:vm-100-disk-0"))
            .Message.ShouldEndWith("lvchange exited with 5: Volume group \"vg\" not found");
    }

    [Fact]
    public void An_RBD_image_is_exported_with_the_storages_own_settings()
    {
        using HostTree tree = Node(
            "/usr/bin/rbd",
            "echo \"$*\" >>\"$LAMBOOT_TEST/calls\"; cat \"$LAMBOOT_TEST/image\""
        );
        tree.Write("/etc/pve/priv/ceph/far.keyring", "");

        Read(tree, "ceph:vm-100-disk-0").Size.ShouldBe(540672);
        Read(tree, "far:base-900-disk-0/vm-101-disk-0").Size.ShouldBe(540672);

        Calls(tree)
            .ShouldBe([
                $"-p vms -c {tree.Path("/etc/pve/ceph.conf")} -n client.vmuser export vm-100-disk-0 -",
                "-p p --namespace team -m 10.0.0.1,10.0.0.2,10.0.0.3 -n client.admin --keyring "
                    + $"{tree.Path("/etc/pve/priv/ceph/far.keyring")} export vm-101-disk-0 -",
            ]);
    }

    /// <summary>Proxmox VE asks another cluster's monitors for the ID in its devices' folder; here they are read as images.</summary>
    [Fact]
    public void Without_a_known_cluster_a_krbd_image_is_exported()
    {
        using HostTree tree = Node("/usr/bin/rbd", "cat \"$LAMBOOT_TEST/image\"");
        tree.Write("/etc/pve/ceph.conf", "[global]\nfsid = 11111111-aaaa\n"); // this cluster's, not the intended one
        File.Copy("/dev/null", Make(tree, "/dev/rbd-pve/11111111-aaaa/rbd/vm-100-disk-0"));

        Read(tree, "mapped:vm-100-disk-0").Size.ShouldBe(540672);
    }

    [Fact]
    public void An_rbd_that_prints_too_much_is_bounded()
    {
        using HostTree tree = Node("/usr/bin/rbd", "head -c 100000000 /dev/zero");

        Read(tree, "ceph:vm-100-disk-0").Size.ShouldBe(64 << 20);
    }

    [Fact]
    public void An_rbd_that_fails_is_told()
    {
        using HostTree tree = Node("/usr/bin/rbd", "echo 'rbd: error opening image' >&2; exit 2");

        Should
            .Throw<HostException>(() => Read(tree, "ceph:vm-100-disk-0"))
            .Message.ShouldEndWith("rbd exited with 2: rbd: error opening image");
    }

    [Fact]
    public void An_rbd_that_hangs_is_ended()
    {
        using HostTree tree = Node("/usr/bin/rbd", "sleep 60");

        Should.Throw<HostException>(() => Read(tree, "ceph:vm-100-disk-0")).Kind.ShouldBe(HostErrorKind.Timeout);
    }

    private static HostTree Node(string program, string script)
    {
        HostTree tree = new();
        tree.Write("/etc/pve/storage.cfg", StorageCfg);
        tree.Write(program, $"#!/bin/sh\nLAMBOOT_TEST='{tree.Root}'\n{script}\n");
        File.SetUnixFileMode(tree.Path(program), UnixFileMode.UserRead | UnixFileMode.UserExecute);
        CorpusImage.Get("confirmed-4m").WriteTo(tree.Path("/image"));
        return tree;
    }

    private static StoreImage Read(HostTree tree, string drive) =>
        EfiDisk.Read(new(new(tree.Root)), 100, VolumeId.FromDrive(drive)!.Value, out _);

    private static string[] Calls(HostTree tree) => File.ReadAllLines(tree.Path("/calls"));

    private static string Make(HostTree tree, string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(tree.Path(path))!);
        return tree.Path(path);
    }
}
