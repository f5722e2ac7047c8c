using System.Text;
using LamBoot.Fleet.Config;
using LamBoot.Fleet.Health;
using LamBoot.Fleet.SecureBoot;
using LamBoot.Nvram.SecureBoot;
using LamBoot.Nvram.Variables;
using LamBoot.Pve.Config;
using LamBoot.Pve.Qemu;

namespace LamBoot.Fleet.Tests.SecureBoot;

/// <summary>The Secure Boot state of a VM: each rule, on stores written by firmware.</summary>
public sealed class SecureBootVerdictTests
{
    private const string Keys = ",pre-enrolled-keys=1";
    private const string Drive = "local:101/vm-101-disk-0.raw,efitype=4m";

    /// <summary>
    /// The rule, the store, additions to efidisk0, whether LamBoot is meant to run in it, the state, and the command that fixes it.
    /// </summary>
    public static readonly TheoryData<string, string, bool, string, string?> Rules = new()
    {
        { "setup", Keys, true, "setup", "lamboot-hook enroll 101 --cert FILE --microsoft --setup" },
        { "aarch64", "", false, "setup", "lamboot-hook enroll 101 --cert FILE --microsoft --setup" },
        { "off", Keys, true, "off", null },
        { "2011", Keys, false, "lacks-2023", "qm enroll-efi-keys 101" },
        { "2011", Keys + ",ms-cert=2011", false, "lacks-2023", "qm enroll-efi-keys 101" },
        { "2011", Keys + ",ms-cert=2023", false, "lacks-2023", "qm enroll-efi-keys 101" },
        {
            "2011",
            Keys + ",ms-cert=2023k",
            false,
            "lacks-2023",
            $"qm set 101 --efidisk0 {Drive}{Keys} && qm enroll-efi-keys 101"
        },
        { "2011", "", false, "lacks-2023", $"qm set 101 --efidisk0 {Drive}{Keys} && qm enroll-efi-keys 101" },
        { "2011", Keys, true, "lacks-2023", "qm enroll-efi-keys 101 && lamboot-hook enroll 101 --cert FILE" },
        { "no KEK of 2023", Keys, false, "lacks-2023", "qm enroll-efi-keys 101" },
        { "2023", Keys, true, "lacks-lamboot", "lamboot-hook enroll 101 --cert FILE" },
        { "2023", Keys, false, "ready", null },
        { "2023 and LamBoot's", Keys, true, "ready", null },
        { "2023 and shim's", Keys, true, "ready", null },
        { "own keys", "", false, "ready", null },
        { "own keys", "", true, "lacks-lamboot", "lamboot-hook enroll 101 --cert FILE" },
        { "plain", "", true, "unsupported", null },
        { "damaged", Keys, true, "unreadable", null },
    };

    [Theory]
    [MemberData(nameof(Rules))]
    public void Each_rule_gives_its_state_and_what_fixes_it(
        string store,
        string drive,
        bool awaitsLamBoot,
        string state,
        string? fix
    )
    {
        SecureBootVerdict verdict = Judge(store, $"efidisk0: {Drive}{drive}\n", awaitsLamBoot);

        (verdict.Kind.Word(), verdict.Fix).ShouldBe((state, fix));
        verdict.Reason.Length.ShouldBeGreaterThan(10);
    }

    [Fact]
    public void A_rule_of_each_state_is_tested()
    {
        string[] tested = [.. Rules.Select(row => row.Data.Item4), "no-store"]; // below
        SecureBootKinds.All.Select(kind => kind.Word()).ShouldBe(tested.Distinct(), ignoreOrder: true);
        SecureBootKinds.All.ShouldAllBe(kind => SecureBootKinds.Parse(kind.Word()) == kind);
    }

    [Theory]
    [InlineData("efidisk0: x:y\n", "the VM has no 'bios: ovmf'", null)]
    [InlineData("bios: ovmf\n", "no efidisk0", "qm set 101 --efidisk0 STORAGE:0,efitype=4m,pre-enrolled-keys=1")]
    public void Without_a_store_there_is_nothing_to_judge(string config, string reason, string? fix)
    {
        VmConfig vm = new(Encoding.ASCII.GetBytes(config));
        HealthRecord read = new HealthProbe(new("/nowhere"), Fleet(), "inspect").ReadStore(101, vm, VmPower.Stopped);

        SecureBootVerdict verdict = SecureBootVerdict.Of(VmSecureBoot.Facts(101, vm, read, null));

        (verdict.Kind, verdict.Fix).ShouldBe((SecureBootKind.NoStore, fix));
        verdict.Reason.ShouldContain(reason);
    }

    /// <summary>What was read earlier for another VM must not be used.</summary>
    [Fact]
    public void A_store_that_could_not_be_read_is_unreadable_and_no_guess()
    {
        VmConfig vm = new("bios: ovmf\nefidisk0: gone:x\n"u8);
        HealthRecord read = new HealthProbe(new("/nowhere"), Fleet(), "inspect").ReadStore(101, vm, VmPower.Stopped);

        SecureBootVerdict.Of(VmSecureBoot.Facts(101, vm, read, null)).Kind.ShouldBe(SecureBootKind.Unreadable);
    }

    [Theory]
    [InlineData(
        "2011",
        Keys + ",ms-cert=2023w",
        "ms-cert=2023w, but Microsoft UEFI CA 2023, Windows UEFI CA 2023 are not in"
    )]
    [InlineData(
        "no KEK of 2023",
        Keys + ",ms-cert=2023k",
        "but Microsoft Corporation KEK 2K CA 2023 is not in the store"
    )]
    [InlineData("2023", Keys, "lacks ms-cert=2023k, but the store has all of it")]
    [InlineData("setup", Keys, "says pre-enrolled-keys=1, but the store has no platform key")]
    public void A_mark_that_is_not_the_truth_is_told(string store, string drive, string note) =>
        Judge(store, $"efidisk0: {Drive}{drive}\n").Notes.ShouldHaveSingleItem().ShouldContain(note);

    [Theory]
    [InlineData("2011", 1)]
    [InlineData("setup", 1)]
    [InlineData("2023", 0)] // nothing to change
    public void A_TPM_is_warned_of_where_keys_would_change(string store, int count)
    {
        SecureBootVerdict verdict = Judge(store, $"efidisk0: {Drive}\ntpmstate0: local:101/tpm.raw,version=v2.0\n");

        verdict.Notes.Count(note => note.Contains("PCR 7")).ShouldBe(count);
    }

    [Fact]
    public void A_template_is_told_not_to_change()
    {
        SecureBootVerdict verdict = Judge("2011", $"efidisk0: {Drive}{Keys}\ntemplate: 1\n");

        verdict.Notes.ShouldHaveSingleItem().ShouldContain("template");
        verdict.Fix.ShouldBeNull();
    }

    /// <summary>No store in the corpus, however truncated, is judged by what is missing from it.</summary>
    [Fact]
    public void Every_store_of_the_corpus_has_a_verdict()
    {
        string[] switchedOff =
        [
            "kill-reclaim2m-04",
            "kill-reclaim4m-05",
            "kill-small-11",
            "many2m-00",
            "template-2m-ms",
        ]; // with Microsoft's keys; the tests' loader ran all the same
        foreach (CorpusImage image in CorpusImage.All.Where(image => !image.IsQcow2))
        {
            byte[] bytes = image.ReadBytes();

            SecureBootKind kind = Judge(new StoreImage(bytes, bytes.Length), $"efidisk0: {Drive}\n", false).Kind;

            SecureBootKind expected =
                switchedOff.Contains(image.Name) ? SecureBootKind.Off
                : image.Name == "template-aavmf" ? SecureBootKind.NoStore // no firmware has formatted it yet
                : SecureBootKind.Setup;
            kind.ShouldBe(expected, image.Name);
        }
    }

    private static SecureBootVerdict Judge(string store, string config, bool awaitsLamBoot = false) =>
        Judge(Store(store), config, awaitsLamBoot);

    private static SecureBootVerdict Judge(StoreImage image, string config, bool awaitsLamBoot)
    {
        VmConfig vm = new(Encoding.ASCII.GetBytes("bios: ovmf\n" + config));
        HealthRecord about = new()
        {
            ObservedAt = "",
            Phase = "inspect",
            Node = "pve1",
        };
        bool isOpen = VariableStore.TryOpen(image.Bytes, image.Size, out VariableStore opened, out NvramError error);
        HealthRecord read = isOpen ? about.With(opened) : about.With(error);
        return SecureBootVerdict.Of(VmSecureBoot.Facts(101, vm, read, image) with { AwaitsLamBoot = awaitsLamBoot });
    }

    private static StoreImage Store(string name)
    {
        switch (name)
        {
            case "plain":
                byte[] plain = new StoreWriter(authenticated: false).Image;
                return new(plain, plain.Length);
            case "damaged":
                byte[] damaged = CorpusImage.Get("confirmed-4m").ReadBytes();
                damaged.AsSpan(0, 200).Fill(7);
                return new(damaged, damaged.Length);
            case "aarch64":
                byte[] arm = CorpusImage.Get("aavmf-01").ReadBytes();
                return new(arm, arm.Length);
        }

        KeyStore ms = KeyStore.Of("template-2m-ms").SwitchedOn();
        return (
            name switch
            {
                "setup" => KeyStore.Of("confirmed-4m"),
                "off" => KeyStore.Of("template-2m-ms"),
                "2011" => ms,
                "no KEK of 2023" => ms.With(
                    SecureBootKeys.Db,
                    MicrosoftCertificates.WindowsOf2023,
                    MicrosoftCertificates.UefiOf2023
                ),
                "2023" => ms.With2023(),
                "2023 and LamBoot's" => ms.With2023().With(SecureBootKeys.Db, "LamBoot Test"),
                "2023 and shim's" => ms.With2023().WithShim("LamBoot Test"),
                "own keys" => KeyStore
                    .Of("confirmed-4m")
                    .With(SecureBootKeys.Pk, "ACME")
                    .With(SecureBootKeys.Kek, "ACME")
                    .With(SecureBootKeys.Db, "ACME"),
                _ => throw new ArgumentException(name),
            }
        ).Image;
    }

    private static FleetToml Fleet() => FleetToml.Read("/nowhere/fleet.toml");
}
