using System.Text.Json;

namespace LamBoot.EndToEnd.Tests;

/// <summary>Secure Boot, enforced by real firmware in SMM: what is not enrolled does not boot.</summary>
public sealed class SecureBootTests
{
    private const string Refused = "Access Denied";

    [Fact]
    public void An_unsigned_guest_is_refused()
    {
        using GuestNode node = new();
        node.AddVm(100, secureBoot: true);

        node.Start(100, "ok poweroff");

        node.WaitForSerial(100, Refused).ShouldNotContain("guest:");
    }

    /// <summary>
    /// A guest signed with a new key boots once that key is enrolled, and so do clones of its VM, full and linked, with their own identity
    /// at their first start. Microsoft's keys, boot entries and health variables stay.
    /// </summary>
    [Theory]
    [InlineData("vm-900-disk-0.raw", true)]
    [InlineData("base-900-disk-0.qcow2", false)]
    public void A_signed_guest_boots_after_enroll_and_so_do_its_clones(string image, bool full)
    {
        using GuestNode node = new();
        string certificate = node.SignGuest();
        node.AddVm(900, secureBoot: true, image: image);
        node.Start(900, "ok poweroff");
        node.WaitForSerial(900, Refused).ShouldNotContain("guest:");
        node.Stop(900);
        string[] before = Names(node);

        ProgramResult enrolled = node.Tree.Hook(["enroll", "900", "--cert", certificate]);

        enrolled.ExitCode.ShouldBe(0, enrolled.Error);
        enrolled.Output.ShouldStartWith(
            "VM 900: enrolling 'LamBoot Test' in db\nVM 900: enrolled; previous store saved as /var/lib/lamboot/backup/900-"
        );
        Names(node).Order().ShouldBe(before.Order());
        JsonElement keys = node.Inspect(900).GetProperty("secure_boot");
        keys.GetProperty("microsoft_2011").GetArrayLength().ShouldBe(3);
        keys.GetProperty("lamboot_certificate").GetProperty("subject").GetString().ShouldBe("LamBoot Test");

        node.Clone(900, 901, full);
        node.Boot(901, "ok").Text("vmid").ShouldBe("901");
        GuestBoot first = node.Boot(900, "ok");
        first.Text("vmid").ShouldBe("900");
        node.Boot(900, "ok").Found.ShouldBe(first.Wrote);
        node.Inspect(900).GetProperty("secure_boot").GetProperty("enforced").GetBoolean().ShouldBeTrue();
    }

    /// <summary>A store in setup mode gets a full set of keys: from then on the firmware enforces them.</summary>
    [Fact]
    public void A_store_without_keys_gets_a_full_set()
    {
        using GuestNode node = new();
        string certificate = node.SignGuest();
        node.AddVm(100, secureBoot: true);
        File.Copy("/usr/share/OVMF/OVMF_VARS_4M.fd", node.Tree.ImagePath(100), overwrite: true);

        node.Tree.Hook(["enroll", "100", "--cert", certificate, "--setup"]).ExitCode.ShouldBe(0);

        node.Boot(100, "ok").Text("vmid").ShouldBe("100");
        node.UnsignGuest();
        node.Start(100, "ok poweroff");
        node.WaitForSerial(100, Refused).ShouldNotContain("guest:");
    }

    /// <summary>The variables of the store, except those of Secure Boot.</summary>
    private static string[] Names(GuestNode node) =>
        [
            .. JsonDocument
                .Parse(node.Tree.Hook(["inspect", "900", "--all", "--json"]).Output)
                .RootElement.GetProperty("variables")
                .EnumerateArray()
                .Where(variable => variable.GetProperty("name").GetString() != "db")
                .Select(variable =>
                    $"{variable.GetProperty("name")} {variable.GetProperty("vendor")} {variable.GetProperty("data")}"
                ),
        ];
}
