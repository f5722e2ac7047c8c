using System.Text.Json;
using LamBoot.Commands.SecureBoot;
using LamBoot.Fleet.SecureBoot;

namespace LamBoot.Commands.Tests.SecureBoot;

/// <summary><c>secureboot</c>, and what it recommends: <c>enroll</c> for many VMs.</summary>
public sealed class SecureBootCommandTests
{
    [Fact]
    public void Each_VM_is_told_with_what_fixes_it()
    {
        using StoreNode node = Node();

        ProgramResult result = node.Tree.Hook(["secureboot"]);

        result.ExitCode.ShouldBe(1); // a configuration cannot be read
        result.Error.ShouldEndWith("104.conf is neither a regular file nor a block device\n");
        result.Error.Count(c => c == '\n').ShouldBe(1);
        result.Output.ShouldBeGolden(node.Tree);
    }

    [Fact]
    public void The_JSON_has_what_is_known()
    {
        using StoreNode node = new("raw");
        node.Enroll().ExitCode.ShouldBe(0);
        Dictionary<string, string> before = node.Tree.Snapshot();

        JsonElement vm = JsonDocument.Parse(node.Tree.Hook(["secureboot", "100", "--json"]).Output).RootElement[0];

        vm.GetProperty("state").GetString().ShouldBe("lacks-2023");
        vm.GetProperty("mode").GetString().ShouldBe("user");
        vm.GetProperty("fix").GetString().ShouldBe("qm enroll-efi-keys 100");
        vm.GetProperty("pre_enrolled_keys").GetBoolean().ShouldBeTrue();
        vm.GetProperty("tpm").GetBoolean().ShouldBeFalse();
        JsonElement keys = vm.GetProperty("keys");
        keys.GetProperty("lamboot_certificate").GetProperty("subject").GetString().ShouldBe("LamBoot Test");
        keys.GetProperty("microsoft_2011").GetArrayLength().ShouldBe(3);
        keys.GetProperty("microsoft_2023").GetArrayLength().ShouldBe(0);
        keys.GetProperty("dbx_digests").GetInt32().ShouldBe(1);
        keys.GetProperty("dbx_time").GetString()!.ShouldMatch("^20..-..-..T..:..:..Z$");
        node.Tree.Snapshot().ShouldBe(before);
    }

    [Fact]
    public void A_VM_that_is_not_there_is_an_error()
    {
        using HostTree tree = new();

        ProgramResult result = tree.Hook(["secureboot", "300"]);

        result.ExitCode.ShouldBe(1);
        result.Output.ShouldContain("no VM 300 on this node");
        result.Error.ShouldStartWith("lamboot-hook: no VM 300 on this node");
    }

    [Fact]
    public void None_selected_is_said_as_it_was_asked()
    {
        using HostTree tree = new();
        tree.Hook(["secureboot"]).ShouldBe(new(0, "no VMs on this node\n", ""));
        tree.AddVm(100, "confirmed-4m");
        tree.Hook(["secureboot", "--tag", "x"]).ShouldBe(new(0, "no VM has that tag or role\n", ""));
    }

    [Theory]
    [InlineData(80)]
    [InlineData(120)]
    public void The_table_fits_the_terminal(int width)
    {
        SecureBootFacts facts = new()
        {
            Vmid = 999999999,
            Config = new("efidisk0: x:y,pre-enrolled-keys=1,ms-cert=2023k\n"u8),
        };
        VmSecureBootReport[] reports =
        [
            .. Enumerable
                .Range(0, 201)
                .Select(_ => new VmSecureBootReport(
                    999999999,
                    "a-name-that-is-longer-than-any-column",
                    new(SecureBootKind.LacksLamBoot, new string('x', 300), null)
                )
                {
                    Facts = facts,
                }),
        ];

        string[] lines = [.. SecureBootTable.Lines(reports, "", width)];

        lines.ShouldAllBe(line => line.Length <= width);
        lines.Length.ShouldBe(203);
        lines[^1].ShouldBe("201 VMs: 201 lacks-lamboot");
    }

    /// <summary>Each VM has its own line; a VM that cannot be enrolled does not affect the others, and a template is skipped.</summary>
    [Fact]
    public void Enroll_takes_every_VM_with_a_tag()
    {
        using StoreNode node = Node();
        using System.Diagnostics.Process qemu = node.Tree.RunQemu(102);

        ProgramResult result = node.Tree.Hook(["enroll", "--tag", "web", "--cert", node.Certificate]);

        qemu.Kill(entireProcessTree: true);
        string[] lines = result.Output.TrimEnd('\n').Split('\n');
        lines[0].ShouldBe("VM 100: enrolling 'LamBoot Test' in db");
        lines[1].ShouldStartWith("VM 100: enrolled; previous store saved as ");
        lines[2].ShouldBe("VM 101: enrolling 'LamBoot Test' in db");
        lines[3].ShouldStartWith("VM 101: enrolled; ");
        lines[4].ShouldBe("skipped VM 103: a template");
        lines.Length.ShouldBe(5);
        result.Error.ShouldContain("VM 102 is running, and its firmware owns the store");
        result.ExitCode.ShouldBe(1);
        node.Tree.Hook(["enroll", "100", "101", "--cert", node.Certificate])
            .ShouldBe(
                new(0, "VM 100: already enrolled; nothing changed\nVM 101: already enrolled; nothing changed\n", "")
            );
        File.Delete(node.Tree.Config(104)); // its tags are unknown
        node.Tree.Hook(["enroll", "--tag", "none", "--cert", node.Certificate])
            .Output.ShouldStartWith("no matching VM");
    }

    [Theory]
    [InlineData("100")]
    [InlineData("--tag", "web")]
    [InlineData()]
    public void Enroll_takes_VMs_or_an_image_and_not_both(params string[] what)
    {
        using HostTree tree = new();

        string[] arguments =
            what.Length == 0 ? ["enroll", "--cert", "x"] : ["enroll", "--cert", "x", "--vars", "y", .. what];
        ProgramResult result = tree.Hook(arguments);

        result.ExitCode.ShouldBe(2);
        result.Error.ShouldStartWith("lamboot-hook: expected VMIDs, or --tag TAG, or --vars");
    }

    /// <summary>
    /// VM 100 and its clones: 101 with a wrong mark and a TPM, 102 in setup mode, 103 a template, 104 unreadable, 105 without UEFI.
    /// </summary>
    private static StoreNode Node()
    {
        StoreNode node = new("raw");
        HostTree tree = node.Tree;
        string config = File.ReadAllText(tree.Config(100)) + "tags: web\n";
        File.WriteAllText(tree.Config(100), config);
        foreach (int vmid in new[] { 101, 102, 103 })
        {
            Directory.CreateDirectory(Path.GetDirectoryName(tree.ImagePath(vmid))!);
            File.Copy(vmid == 102 ? "/usr/share/OVMF/OVMF_VARS_4M.fd" : StoreNode.Ms, tree.ImagePath(vmid));
            File.WriteAllText(tree.Config(vmid), config.Replace("100", $"{vmid}", StringComparison.Ordinal));
        }

        string marked = File.ReadAllText(tree.Config(101))
            .Replace(",size", ",ms-cert=2023k,size", StringComparison.Ordinal);
        File.WriteAllText(tree.Config(101), marked + "tpmstate0: local:101/vm-101-disk-1.raw,version=v2.0\n");
        File.AppendAllText(tree.Config(103), "template: 1\n");
        ProgramResult.Shell("mkfifo \"$1\"", tree.Config(104)).ExitCode.ShouldBe(0); // not a readable file
        tree.Write("/etc/pve/qemu-server/105.conf", "name: bios\n");
        return node;
    }
}
