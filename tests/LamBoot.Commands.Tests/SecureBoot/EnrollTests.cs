using System.Text.Json;

namespace LamBoot.Commands.Tests.SecureBoot;

/// <summary><c>enroll VMID</c>: a stopped VM's store, on any kind of storage.</summary>
public sealed class EnrollTests
{
    [Theory]
    [InlineData("raw")]
    [InlineData("raw in a larger volume")]
    [InlineData("qcow2")]
    [InlineData("linked qcow2")]
    [InlineData("device")]
    [InlineData("qcow2 on a device")]
    public void A_certificate_is_enrolled_wherever_the_store_is_and_taken_back(string kind)
    {
        using StoreNode node = new(kind);
        string[] before = node.Variables();

        ProgramResult enrolled = node.Enroll();

        enrolled.ShouldBe(new(0, enrolled.Output, ""));
        enrolled.Output.ShouldMatch(
            "^VM 100: enrolling 'LamBoot Test' in db\nVM 100: enrolled; previous store saved as /var/lib/lamboot/backup/100-[^ ]+.fd; to undo: lamboot-hook restore 100\n$"
        );
        JsonElement keys = node.SecureBoot();
        keys.GetProperty("lamboot_certificate").GetProperty("subject").GetString().ShouldBe("LamBoot Test");
        keys.GetProperty("microsoft_2011").GetArrayLength().ShouldBe(3);
        node.Variables().Where(line => !line.StartsWith("db ")).ShouldBe(before.Where(line => !line.StartsWith("db ")));
        node.Enroll().ShouldBe(new(0, "VM 100: already enrolled; nothing changed\n", ""));

        ProgramResult restored = node.Tree.Hook(["restore", "100"]);

        restored.ExitCode.ShouldBe(0, restored.Error);
        node.Variables().ShouldBe(before);
        node.Tree.Hook(["restore", "100"]).Output.ShouldContain("; list others with: lamboot-hook restore 100 --list");
        node.Variables().ShouldBe(before); // what was undone is not brought back
        node.ShouldBeTidy();
    }

    [Fact]
    public void A_store_without_keys_gets_a_full_set_of_ours_or_Microsofts_too()
    {
        using StoreNode node = new("raw");
        File.Copy("/usr/share/OVMF/OVMF_VARS_4M.fd", node.Tree.ImagePath(100), overwrite: true);
        node.Enroll("--setup")
            .Output.ShouldStartWith(
                "VM 100: turning Secure Boot on: from the next boot, only what 'LamBoot Test' signed boots (1 certificate in db): "
                    + "neither Windows nor a distribution's own loader\n"
                    + "VM 100: enrolling 'LamBoot Test' in KEK\nVM 100: enrolling 'LamBoot Test' in PK\nVM 100: enrolling 'LamBoot Test' in db\n"
            );
        StoreNode.Names(node.SecureBoot(), "pk").ShouldBe(["LamBoot Test"]);
        node.Tree.Hook(["restore", "100"]);

        node.Enroll("--setup", "--microsoft").Error.ShouldContain("pve-edk2-firmware");
        Directory.CreateDirectory(node.Tree.Path("/usr/share/pve-edk2-firmware"));
        File.Copy(StoreNode.Ms, node.Tree.Path("/usr/share/pve-edk2-firmware/OVMF_VARS_4M.ms.fd"));
        ProgramResult enrolled = node.Enroll("--setup", "--microsoft");

        enrolled.ExitCode.ShouldBe(0, enrolled.Error);
        enrolled.Output.ShouldContain("signed boots (3 certificates in db)\n");
        JsonElement keys = node.SecureBoot();
        keys.GetProperty("enforced").GetBoolean().ShouldBeTrue();
        StoreNode
            .Names(keys, "db")
            .ShouldBe(["Microsoft Windows Production PCA 2011", "Microsoft Corporation UEFI CA 2011", "LamBoot Test"]);
        StoreNode.Names(keys, "pk").ShouldBe(["Debian UEFI Secure Boot (PK/KEK key)"]);
    }

    [Fact]
    public void Secure_Boot_is_not_switched_on_unasked()
    {
        using StoreNode node = new("raw");
        File.Copy("/usr/share/OVMF/OVMF_VARS_4M.fd", node.Tree.ImagePath(100), overwrite: true);
        byte[] before = File.ReadAllBytes(node.Tree.ImagePath(100));

        node.Enroll()
            .ShouldBe(
                new(
                    1,
                    "",
                    "lamboot-hook: VM 100: the store is in setup mode: this would turn Secure Boot on, and only what 'LamBoot Test' signed "
                        + "boots (1 certificate in db): neither Windows nor a distribution's own loader; nothing changed; to do it, add --setup\n"
                )
            );
        string output = node.Tree.Path("/new.fd");
        node.Tree.Hook([
                "enroll",
                "--vars",
                "/usr/share/OVMF/OVMF_VARS_4M.fd",
                "--out",
                output,
                "--cert",
                node.Certificate,
            ])
            .ExitCode.ShouldBe(1);

        File.ReadAllBytes(node.Tree.ImagePath(100)).ShouldBe(before);
        File.Exists(output).ShouldBeFalse();
        Directory.Exists(node.Tree.Path("/var/lib/lamboot/backup")).ShouldBeFalse();
    }

    [Fact]
    public void A_dry_run_says_what_it_would_do_and_does_nothing()
    {
        using StoreNode node = new("raw");
        node.Enroll("--dry-run").ShouldBe(new(0, "VM 100: would enroll 'LamBoot Test' in db\n", ""));
        File.Copy("/usr/share/OVMF/OVMF_VARS_4M.fd", node.Tree.ImagePath(100), overwrite: true);
        Dictionary<string, string> before = node.Tree.Snapshot();

        ProgramResult result = node.Enroll("--dry-run");

        result.ExitCode.ShouldBe(0, result.Error);
        result.Output.ShouldStartWith(
            "VM 100: would turn Secure Boot on (needs --setup): from the next boot, only what 'LamBoot Test' signed boots"
        );
        node.Tree.Snapshot().ShouldBe(before);
    }

    [Fact]
    public void KEK_PK_and_dbx_take_keys_and_the_owner_is_the_one_given()
    {
        using StoreNode node = new("raw");
        const string Owner = "12345678-1234-1234-1234-123456789abc";

        ProgramResult result = node.Tree.Hook([
            "enroll",
            "100",
            "--cert",
            node.Certificate,
            "--kek",
            node.Certificate,
            "--pk",
            node.Certificate,
            "--dbx",
            node.Other,
            "--owner",
            Owner,
        ]);

        result.ExitCode.ShouldBe(0, result.Error);
        result.Output.ShouldStartWith(
            "VM 100: enrolling 'LamBoot Test' in PK\nVM 100: enrolling 'LamBoot Test' in KEK\nVM 100: enrolling 'LamBoot Test' in db\nVM 100: enrolling 'Other' in dbx\n"
        );
        JsonElement keys = node.SecureBoot();
        StoreNode.Names(keys, "kek").Length.ShouldBe(3);
        StoreNode.Names(keys, "dbx").ShouldBe(["Other"]);
        keys.GetProperty("dbx_digests").GetInt32().ShouldBe(1);
        keys.GetProperty("pk")[0].GetProperty("owner").GetString().ShouldBe(Owner);
    }
}
