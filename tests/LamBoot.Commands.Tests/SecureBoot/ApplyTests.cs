using System.Text.Json;

namespace LamBoot.Commands.Tests.SecureBoot;

/// <summary><c>apply</c>: a prepared store, imported by Proxmox VE.</summary>
public sealed class ApplyTests
{
    /// <summary>Through the tests' qm, which requires what the real one requires.</summary>
    [Theory]
    [InlineData("raw", ",pre-enrolled-keys=1", ",efitype=4m,pre-enrolled-keys=1,format=raw")]
    [InlineData(
        "qcow2",
        ",pre-enrolled-keys=1,ms-cert=2023k",
        ",efitype=4m,pre-enrolled-keys=1,ms-cert=2023k,format=qcow2"
    )]
    [InlineData("raw", "", ",efitype=4m,pre-enrolled-keys=0,format=raw")]
    public void A_prepared_store_is_applied_by_Proxmox_VEs_own_import(string kind, string keys, string imported)
    {
        using StoreNode node = new(kind);
        string config = File.ReadAllText(node.Tree.Config(100))
            .Replace(",pre-enrolled-keys=1", keys, StringComparison.Ordinal);
        File.WriteAllText(node.Tree.Config(100), config);
        string prepared = node.Tree.Path("/OVMF_VARS_lamboot.fd");
        node.Tree.Hook(["enroll", "--vars", StoreNode.Ms, "--out", prepared, "--cert", node.Certificate])
            .ExitCode.ShouldBe(0);
        string digest = ProgramResult.Shell("sha1sum <\"$1\" | cut -c1-40", node.Tree.Config(100)).Output.Trim();

        node.Tree.Hook(["apply", "100", "--vars", prepared, "--dry-run"])
            .Output.ShouldBe(
                $"VM 100: would run: qm set 100 --efidisk0 local:0,import-from={prepared}{imported} --digest {digest}\n"
            );
        File.ReadAllText(node.Tree.Config(100)).ShouldBe(config);
        Directory.Exists(node.Tree.Path("/var/lib/lamboot/backup")).ShouldBeFalse();
        ProgramResult applied = node.Tree.Hook(["apply", "100", "--vars", prepared]);

        applied.ExitCode.ShouldBe(0, applied.Error);
        applied.Output.ShouldContain(
            $"store replaced with {prepared}; previous store saved as /var/lib/lamboot/backup/100-"
        );
        applied.Error.ShouldContain("BitLocker");
        File.ReadAllText(node.Tree.Config(100)).ShouldContain($"efidisk0: local:100/vm-100-disk-1.{kind},efitype=4m");
        node.SecureBoot().GetProperty("lamboot_certificate").ValueKind.ShouldBe(JsonValueKind.Object);
        node.Tree.Hook(["restore", "100"]).ExitCode.ShouldBe(0);
        node.SecureBoot().GetProperty("lamboot_certificate").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [Fact]
    public void A_failed_apply_says_why_and_leaves_no_backup()
    {
        using StoreNode node = new("raw");
        node.Enroll().ExitCode.ShouldBe(0);
        string prepared = node.Tree.Path("/prepared.fd");
        File.Copy(StoreNode.Ms, prepared);
        node.Tree.AddScript(
            QmTree.Qm,
            "printf '400 Parameter verification failed.\\nefidisk0: the cause\\n' >&2; exit 255"
        );

        ProgramResult failed = node.Tree.Hook(["apply", "100", "--vars", prepared]);

        failed.ExitCode.ShouldBe(1);
        failed.Error.ShouldEndWith("qm exited with 255: 400 Parameter verification failed.; efidisk0: the cause\n");
        Directory.GetFiles(node.Tree.Path("/var/lib/lamboot/backup")).ShouldHaveSingleItem();
        node.Tree.Hook(["restore", "100"]).ExitCode.ShouldBe(0); // still undoes the enrollment
        node.SecureBoot().GetProperty("lamboot_certificate").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    /// <summary>The tests' qm can judge apply only if it rejects what Proxmox VE rejects.</summary>
    [Theory]
    [InlineData(
        "--efidisk0 local:0,import-from=/x,pre-enrolled-keys=0",
        "need to specify 'efitype' when using 'import-from'"
    )]
    [InlineData(
        "--efidisk0 local:0,import-from=/x,efitype=4m",
        "need to specify 'pre-enrolled-keys' when using 'import-from'"
    )]
    [InlineData(
        "--efidisk0 local:0,import-from=/x,efitype=4m,pre-enrolled-keys=0,foo=1",
        "efidisk0.foo: property is not defined"
    )]
    [InlineData("--foo 1", "Unknown option: foo\n400 unable to parse option")]
    public void The_tests_qm_refuses_what_Proxmox_VEs_refuses(string options, string reason)
    {
        using StoreNode node = new("raw");
        string config = File.ReadAllText(node.Tree.Config(100));

        ProgramResult result = ProgramResult.Run(
            node.Tree.Path(QmTree.Qm),
            ["set", "100", .. options.Split(' ')],
            ("LAMBOOT_ROOT", node.Tree.Root)
        );

        result.ExitCode.ShouldNotBe(0);
        result.Error.ShouldContain(reason);
        result.Error.TrimEnd().Split('\n').Length.ShouldBeGreaterThan(1);
        File.ReadAllText(node.Tree.Config(100)).ShouldBe(config);
    }

    [Theory]
    [InlineData("/usr/share/OVMF/OVMF_VARS.fd", "does not fit: its store is 131072 bytes")]
    [InlineData("/etc/passwd", "no firmware volume (_FVH) begins here")]
    [InlineData("/nowhere", "cannot open /nowhere")]
    public void A_store_that_does_not_fit_is_not_applied(string path, string reason)
    {
        using StoreNode node = new("raw");

        ProgramResult result = node.Tree.Hook(["apply", "100", "--vars", path]);

        result.ExitCode.ShouldBe(1);
        result.Error.ShouldContain(reason);
    }
}
