using System.Buffers.Binary;
using LamBoot.Nvram.Layout;
using LamBoot.Nvram.Variables;
using LamBoot.Pve.Storage;
using LamBoot.Pve.Store;

namespace LamBoot.Pve.Tests.Store;

/// <summary>qcow2 images of VMs' stores, created by qemu-img.</summary>
internal static class Qcow2Images
{
    public const string Images = "/var/lib/vz/images";

    public static void LinkedClone(HostTree tree, string backing)
    {
        CorpusImage.Get("confirmed-4m").WriteTo(tree.Path("/raw"));
        Directory.CreateDirectory(tree.Path(Images + "/900"));
        Directory.CreateDirectory(tree.Path(Images + "/101"));
        Shell(
            "qemu-img convert -f raw -O qcow2 \"$1\" \"$2\"",
            tree.Path("/raw"),
            tree.Path(Images + "/900/base-900-disk-0.qcow2")
        );
        Shell(
            "qemu-img create -f qcow2 -F qcow2 -b \"$2\" -o extended_l2=on,cluster_size=128k \"$1\"",
            Image(tree, 101),
            backing
        );
    }

    public static string Image(HostTree tree, int vmid) => tree.Path($"{Images}/{vmid}/vm-{vmid}-disk-0.qcow2");

    /// <summary>Adds a snapshot table after the image, with the image's own L1 table in each entry.</summary>
    public static void AddSnapshots(string path, int count)
    {
        const int NumberOffset = 60;
        const int TableOffset = 64;
        const int Cluster = 64 << 10;
        byte[] image = File.ReadAllBytes(path);
        int end = (image.Length + Cluster - 1) / Cluster * Cluster;
        using MemoryStream table = new();
        for (int snapshot = 1; snapshot <= count; snapshot++)
        {
            byte[] id = System.Text.Encoding.ASCII.GetBytes($"{snapshot}");
            byte[] name = System.Text.Encoding.ASCII.GetBytes($"snapshot{snapshot:d4}");
            byte[] head = new byte[40];
            image.AsSpan(40, 8).CopyTo(head); // l1_table_offset
            image.AsSpan(36, 4).CopyTo(head.AsSpan(8)); // l1_size
            BinaryPrimitives.WriteUInt16BigEndian(head.AsSpan(12), (ushort)id.Length);
            BinaryPrimitives.WriteUInt16BigEndian(head.AsSpan(14), (ushort)name.Length);
            BinaryPrimitives.WriteUInt32BigEndian(head.AsSpan(36), 16); // extra data: VM state and disk size
            byte[] extra = new byte[16];
            BinaryPrimitives.WriteUInt64BigEndian(extra.AsSpan(8), 540672);
            table.Write([.. head, .. extra, .. id, .. name]);
            table.SetLength((table.Length + 7) & ~7L);
            table.Position = table.Length;
        }

        BinaryPrimitives.WriteUInt32BigEndian(image.AsSpan(NumberOffset), (uint)count);
        BinaryPrimitives.WriteUInt64BigEndian(image.AsSpan(TableOffset), (ulong)end);
        File.WriteAllBytes(path, [.. image, .. new byte[end - image.Length], .. table.ToArray()]);
    }

    /// <summary>Removes the backing format from a header, as older Proxmox VE versions did not write it.</summary>
    public static void Unname(string path)
    {
        byte[] image = File.ReadAllBytes(path);
        int at = image.AsSpan().IndexOf((ReadOnlySpan<byte>)[0xe2, 0x79, 0x2a, 0xca]);
        image[at] = 0; // an unknown extension
        File.WriteAllBytes(path, image);
    }

    public static StoreImage Read(HostTree tree, int vmid) =>
        Read(
            tree,
            File.Exists(tree.Path(Images + "/900/base-900-disk-0.qcow2"))
                ? $"local:900/base-900-disk-0.qcow2/{vmid}/vm-{vmid}-disk-0.qcow2"
                : $"local:{vmid}/vm-{vmid}-disk-0.qcow2"
        );

    public static StoreImage Read(HostTree tree, string drive) =>
        EfiDisk.Read(new(new(tree.Root)), 100, VolumeId.FromDrive(drive)!.Value, out _);

    public static string Crashes(HostTree tree, int vmid) => Crashes(Read(tree, vmid));

    public static string Crashes(StoreImage image)
    {
        VariableStore
            .TryOpen(image.Bytes, image.Size, out VariableStore store, out NvramError error)
            .ShouldBeTrue(error.ToString());
        store.TryFind("LamBootCrashCount", EfiGuids.LamBoot, out VariableEntry count).ShouldBeTrue();
        return Convert.ToHexStringLower(count.Data);
    }

    public static void Shell(string script, params string[] arguments)
    {
        ProgramResult result = ProgramResult.Shell(script, arguments);
        result.ExitCode.ShouldBe(0, result.Output + result.Error);
    }
}
