namespace LamBoot.EndToEnd.Tests.Debian;

/// <summary>A Debian with systemd reads its identity through every channel and sets its name from it.</summary>
/// <param name="boot">Its first boot, with an empty store.</param>
public sealed class GuestIdentityTests(IdentityBoot boot) : IClassFixture<IdentityBoot>
{
    [Fact]
    public void The_credential_and_fw_cfg_are_the_document_that_the_hook_wrote()
    {
        boot.Document.ShouldContain("\"role\": \"wéb server; $(reboot) `id` \\\"x\\\"\"");

        boot.Printed["credential"].ShouldBe(boot.Document);
        boot.Printed["systemd-creds"].ShouldBe(boot.Document);
        boot.Printed["fw_cfg"].ShouldBe(boot.Document);
    }

    [Fact]
    public void The_SMBIOS_strings_are_the_same_identity()
    {
        DebianGuest.SkipWithoutNewQemu();

        // dmidecode prints a dot for each byte that is not ASCII.
        boot.Printed["smbios"]
            .Split('\n')
            .Select(line => line.Trim())
            .Where(line => line.StartsWith("String", StringComparison.Ordinal))
            .ShouldBe([
                "String 1: lamboot.vmid=100",
                "String 2: lamboot.fleet-id=prod-cluster-01",
                "String 3: lamboot.role=w..b server; $(reboot) `id` \"x\"",
            ]);
    }

    [Theory]
    [InlineData("vmid", "100")]
    [InlineData("fleet_id", "prod-cluster-01")]
    [InlineData("role", IdentityBoot.Role)]
    [InlineData("hostname", "pve1")]
    public void A_script_reads_each_field_by_the_credential_and_by_fw_cfg(string field, string value)
    {
        boot.Printed[$"credential.{field}"].ShouldBe(value + "\n");
        boot.Printed[$"fw_cfg.{field}"].ShouldBe(value + "\n");
    }

    [Fact]
    public void The_units_name_the_guest_by_it()
    {
        boot.Printed["hostname"].ShouldBe("w-b-server-reboot-id-x-100\n");
        boot.Printed["hostname-file"].ShouldBe("w-b-server-reboot-id-x-100\n");
        boot.Printed["motd"].ShouldBe($"VM 100, {IdentityBoot.Role} of prod-cluster-01 on pve1\n");
        boot.Printed["metrics"]
            .ShouldEndWith(
                "\nlamboot_identity_info{vmid=\"100\",fleet_id=\"prod-cluster-01\",role=\"wéb server; $(reboot) `id` \\\"x\\\"\",hypervisor=\"pve1\"} 1\n"
            );
        foreach (string unit in new[] { "hostname", "motd", "node-exporter" })
        {
            boot.Printed[$"unit.{unit}"].ShouldBe("Result=success\nActiveState=active\nConditionResult=yes\n");
        }
    }

    [Fact]
    public void The_success_service_leaves_a_machine_without_LamBoot_alone()
    {
        boot.Printed["unit.mark-success"].ShouldBe("Result=success\nActiveState=inactive\nConditionResult=no\n");
        boot.Variables.ShouldContain("MTC"); // the firmware's own
        boot.Variables.ShouldNotContain("LamBootState");
        boot.Variables.ShouldNotContain("LamBootCrashCount");
    }
}

/// <summary>A single boot of the guest for all of the tests: it takes a minute without KVM.</summary>
public sealed class IdentityBoot
{
    public const string Role = "wéb server; $(reboot) `id` \"x\"";

    public IdentityBoot()
    {
        using DebianGuest guest = new();
        guest.AddAttached(Role);
        Printed = guest.Boot();
        Document = File.ReadAllText(guest.Node.Tree.Document(100));
        Variables = guest.Node.Tree.Hook(["inspect", "100", "--all"]).Output;
    }

    /// <summary>What the guest printed, by name.</summary>
    public Dictionary<string, string> Printed { get; }

    /// <summary>The document on the host.</summary>
    public string Document { get; }

    /// <summary>The store's variables afterwards.</summary>
    public string Variables { get; }
}
