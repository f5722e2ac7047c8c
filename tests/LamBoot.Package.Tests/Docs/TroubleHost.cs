using System.Text;
using LamBoot.Nvram.Boot;
using LamBoot.Nvram.Layout;
using LamBoot.Nvram.Variables;

namespace LamBoot.Package.Tests.Docs;

/// <summary>The host of docs/does-not-boot.md: a VM that boots, and five that do not, each for a different reason.</summary>
internal static class TroubleHost
{
    private const VariableAttributes Attributes =
        VariableAttributes.NonVolatile | VariableAttributes.BootServiceAccess | VariableAttributes.RuntimeAccess;

    public static HostTree Create()
    {
        HostTree tree = new HostTree().AddQm();
        tree.Write(
            "/etc/lamboot/fleet.toml",
            "schema_version = 1\n\n[fleet]\nid = \"prod-cluster-01\"\n\n[roles]\n\"201\" = \"webserver\"\n\"202\" = \"database\"\n"
        );
        AddVm(tree, 200, "dns1", "missing-all", Good);
        AddVm(tree, 201, "web1", "missing-all", writer => AddBoots(writer, [3, 0]));
        AddVm(tree, 202, "db1", "crash/k6.12-init-killed", writer => AddBoots(writer, [3, 0]));
        AddVm(
            tree,
            203,
            "mail1",
            "single-00-4m-ok",
            writer =>
            {
                AddBoots(writer, [3, 0]);
                Began(writer, "debian-6.12.57"u8, [0xea, 7, 11, 26, 4, 17, 30, 0]);
            }
        );
        AddVm(tree, 204, "files1", "missing-all", writer => AddBoots(writer, [7]));
        AddVm(tree, 205, "app1", "missing-all", writer => AddBoots(writer, [4, 3, 0]));
        tree.Hook(["attach", "201", "204"]).ExitCode.ShouldBe(0);
        tree.Phase(201, "pre-start").ExitCode.ShouldBe(0);
        foreach (Action<VariableWriter> boot in (Action<VariableWriter>[])[Confirmed, Loop])
        {
            Change(tree, 201, File.ReadAllBytes(tree.ImagePath(201)), boot);
            tree.Phase(201, "post-stop").ExitCode.ShouldBe(0);
        }

        return tree;
    }

    private static void AddVm(HostTree tree, int vmid, string name, string store, Action<VariableWriter> change)
    {
        tree.AddVm(vmid, more: "scsi0: local:1/vm-1-disk-1.raw\nnet0: virtio=BC:24:11:00:00:01,bridge=vmbr0\n");
        string config = tree.Config(vmid);
        File.WriteAllText(
            config,
            File.ReadAllText(config).Replace($"name: vm{vmid}", $"name: {name}", StringComparison.Ordinal)
        );
        Change(tree, vmid, Gzip.Unpack(Repository.File("tests", "corpus", $"{store}.fd.gz")), change);
    }

    private static void Change(HostTree tree, int vmid, byte[] store, Action<VariableWriter> change)
    {
        VariableWriter.TryOpen(store, out VariableWriter? writer, out string reason).ShouldBeTrue(reason);
        change(writer!);
        Directory.CreateDirectory(Path.GetDirectoryName(tree.ImagePath(vmid))!);
        File.WriteAllBytes(tree.ImagePath(vmid), writer!.Image);
    }

    /// <summary>A boot confirmed by the guest's service, which writes the state after the loader's timestamp.</summary>
    private static void Confirmed(VariableWriter writer)
    {
        Began(writer, "debian-6.12.48"u8, [0xea, 7, 11, 20, 6, 12, 9, 0]);
        BootRecordWriter.Set(writer, BootState.BootedOK, 0);
    }

    private static void Good(VariableWriter writer)
    {
        Began(writer, "debian-6.12.57"u8, [0xea, 7, 11, 26, 5, 2, 41, 0]);
        BootRecordWriter.Set(writer, BootState.BootedOK, 0);
    }

    private static void Loop(VariableWriter writer)
    {
        BootRecordWriter.Set(writer, BootState.Booting, 3);
        Began(writer, "debian-6.12.57"u8, [0xea, 7, 11, 26, 3, 4, 5, 0]);
    }

    private static void Began(VariableWriter writer, ReadOnlySpan<byte> entry, ReadOnlySpan<byte> time)
    {
        writer.Set("LamBootLastEntry", EfiGuids.LamBoot, Attributes, entry);
        writer.Set("LamBootTimestamp", EfiGuids.LamBoot, Attributes, time);
    }

    /// <summary>
    /// The boot entries left by a Debian and a network card: HD(1,GPT,…)/\EFI\debian\shimx64.efi, and PciRoot(0x0)/Pci(0x12,0x0)/MAC(…).
    /// </summary>
    private static void AddBoots(VariableWriter writer, byte[] order)
    {
        string file = Convert.ToHexString(Encoding.Unicode.GetBytes("\\EFI\\debian\\shimx64.efi\0"));
        Set(
            "debian",
            3,
            "04012a000100000000080000000000000000100000000000"
                + "521a3c5f362c5e4a9d0b0d1c7a6f8e110202"
                + $"0404{(file.Length / 2) + 4:x2}00{file}"
        );
        Set(
            "UEFI PXEv4 (MAC:BC2411000001)",
            4,
            $"02010c00d041030a00000000010106000012030b2500bc2411000001{new string('0', 52)}01"
        );
        byte[] numbers = [.. order.SelectMany(number => (byte[])[number, 0])];
        writer.Set("BootOrder", EfiGuids.GlobalVariable, Attributes, numbers);

        void Set(string description, int number, string path)
        {
            byte[] whole = Convert.FromHexString(path + "7fff0400");
            byte[] text = Encoding.Unicode.GetBytes(description + "\0");
            writer.Set(
                $"Boot{number:X4}",
                EfiGuids.GlobalVariable,
                Attributes,
                [1, 0, 0, 0, (byte)whole.Length, 0, .. text, .. whole]
            );
        }
    }
}
