using System.Globalization;
using LamBoot.Nvram.Layout;
using LamBoot.Nvram.Variables;

namespace LamBoot.Package.Tests.Docs;

/// <summary>
/// The host for the guides' tasks: three VMs without LamBoot Hook so far, one without UEFI, and one to turn into a template.
/// </summary>
internal static class GuideHost
{
    private static readonly Guid SecureBootEnableDisable = new("f0a30bc7-af08-4556-99c4-001009c93a44");

    public static HostTree Create()
    {
        HostTree tree = new HostTree().AddQm();
        tree.Write(
            "/etc/lamboot/fleet.toml",
            "schema_version = 1\n\n[fleet]\nid = \"prod-cluster-01\"\n\n[roles]\n\"101\" = \"database\"\n\n"
                + "[tags]\nwebserver = [\"web\", \"nginx\"]\n\n[monitor]\nmail_to = \"root\"\n"
        );
        AddVm(tree, 100, "web1", "tags: web\n", "confirmed-4m");
        File.WriteAllBytes(tree.ImagePath(100), ExampleImage.ReadBytes(ExampleImage.Good));
        AddVm(tree, 101, "db1", "tags: postgres\n", "template-2m-ms");
        AddVm(tree, 103, "web2", "tags: web\n", "nolamboot-2m");
        AddVm(tree, 900, "debian-13", "tags: web\n", "nolamboot-2m");
        tree.Write("/etc/pve/qemu-server/102.conf", "bios: seabios\nmemory: 1024\nname: print1\n");
        Enforce(tree.ImagePath(101));
        CorpusImage.Get("entry-ctl").WriteTo(tree.Path("/OVMF_VARS.fd"));
        File.Copy(Repository.File("tests", "corpus", "lamboot-test.crt"), tree.Path("/lamboot.crt"));
        return tree;
    }

    /// <summary>The same after VM 900 was attached and cloned.</summary>
    public static HostTree CreateWithClone()
    {
        HostTree tree = Create();
        tree.Hook(["attach", "100", "900"]).ExitCode.ShouldBe(0);
        string clone = File.ReadAllText(tree.Config(900)).Replace("debian-13", "web3", StringComparison.Ordinal);
        tree.Write(
            "/etc/pve/qemu-server/910.conf",
            clone.Replace("900/vm-900", "910/vm-910", StringComparison.Ordinal)
        );
        CorpusImage.Get("nolamboot-2m").WriteTo(tree.ImagePath(910));
        return tree;
    }

    private static void AddVm(HostTree tree, int vmid, string name, string more, string store)
    {
        tree.AddVm(vmid, store, more);
        string config = tree.Config(vmid);
        string text = File.ReadAllText(config)
            .Replace(string.Create(CultureInfo.InvariantCulture, $"name: vm{vmid}\n"), $"name: {name}\n");
        File.WriteAllText(config, store.Contains("-2m") ? text.Replace("efitype=4m,size=528K", "size=128K") : text);
    }

    private static void Enforce(string image)
    {
        VariableWriter
            .TryOpen(File.ReadAllBytes(image), out VariableWriter? writer, out string reason)
            .ShouldBeTrue(reason);
        writer!.Set(
            "SecureBootEnable",
            SecureBootEnableDisable,
            VariableAttributes.NonVolatile | VariableAttributes.BootServiceAccess,
            [1]
        );
        File.WriteAllBytes(image, writer.Image);
    }
}
