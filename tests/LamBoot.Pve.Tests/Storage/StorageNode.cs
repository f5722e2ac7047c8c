using LamBoot.Pve.Storage;
using LamBoot.Pve.Store;

namespace LamBoot.Pve.Tests.Storage;

/// <summary>A node with one storage of each type.</summary>
internal static class StorageNode
{
    public const string StorageCfg = """
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

    public static HostTree Node()
    {
        HostTree tree = new();
        tree.Write("/etc/pve/storage.cfg", StorageCfg);
        tree.Write("/etc/pve/ceph.conf", "[client]\nfsid = wrong\n[global]\n\tauth = x\n\tfsid = 11111111-aaaa\n");
        tree.Write("/etc/pve/priv/ceph/ceph-other.conf", "[global]\nfsid=99999999-ffff\n");
        return tree;
    }

    public static CorpusImage Corpus => CorpusImage.Get("confirmed-4m");

    public static string Locate(HostTree tree, string drive = "over-iscsi:vm-100-disk-0,size=4M")
    {
        EfiDisk.Read(new(new(tree.Root)), 100, VolumeId.FromDrive(drive)!.Value, out string path).Size.ShouldBe(540672);
        return path;
    }

    public static void PveSm(HostTree tree, string script)
    {
        tree.Write("/usr/sbin/pvesm", $"#!/bin/sh\n{script}\n");
        File.SetUnixFileMode(tree.Path("/usr/sbin/pvesm"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
    }
}
