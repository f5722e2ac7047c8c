using System.Text;
using LamBoot.Fleet.Config;
using static LamBoot.Fleet.Tests.Config.FleetTexts;

namespace LamBoot.Fleet.Tests.Config;

/// <summary>fleet.toml: violations of its schema's rules or of TOML, and their positions.</summary>
public sealed class FleetTomlRulesTests
{
    [Theory]
    [InlineData("schema_version = 2\n[fleet]\nid = \"f\"", "1:18: 'schema_version' is 2: expected 1")]
    [InlineData("schema_version = \"1\"\n[fleet]\nid = \"f\"", "1:18: 'schema_version' is not an integer: expected 1")]
    [InlineData("schema_version = 1", "1:1: 'fleet.id' is missing: expected [fleet] with id = \"…\"")]
    [InlineData("schema_version = 1\n[fleet]", "1:1: 'fleet.id' is missing: expected [fleet] with id = \"…\"")]
    [InlineData(
        "schema_version = 1\n[fleet]\nid = \"a b\"",
        "3:6: 'fleet.id' is \"a b\": expected 1 to 64 of A-Z a-z 0-9 _ -"
    )]
    [InlineData(
        "schema_version = 1\n[fleet]\nid = \"\"",
        "3:6: 'fleet.id' is \"\": expected 1 to 64 of A-Z a-z 0-9 _ -"
    )]
    [InlineData(
        "schema_version = 1\n[fleet]\nid = 7",
        "3:6: 'fleet.id' is not a string: expected 1 to 64 of A-Z a-z 0-9 _ -"
    )]
    [InlineData("schema_version = 1\nfleet = 3\n", "2:1: 'fleet' is a value: expected a table [fleet]")]
    [InlineData("schema_version = 1\n[[fleet]]\nid = \"f\"", "2:1: [[fleet]] is a list of tables: expected [fleet]")]
    [InlineData(Head + "[roles]\n99 = \"a\"", "5:1: invalid VMID '99' (must be 100–999999999)")]
    [InlineData(Head + "[roles]\nweb = \"a\"", "5:1: invalid VMID 'web' (must be 100–999999999)")]
    [InlineData(
        Head + "[roles]\n100 = 5",
        "5:7: 'roles.100' is not a string: expected a role name without control characters"
    )]
    [InlineData(
        Head + "[roles]\n100 = \"a\\u0007b\"",
        "5:7: 'roles.100' is \"a\\u{7}b\": expected a role name without control characters"
    )]
    [InlineData(
        Head + "[tags]\n\"a\\nb\" = [\"x\"]",
        "5:1: 'tags.a\\u{a}b' has the name \"a\\u{a}b\": expected a role name without control characters"
    )]
    [InlineData(
        Head + "[hookscript]\nchannels = [\"fw_cfg\", \"tpm\"]",
        "5:23: 'hookscript.channels' is \"tpm\": expected \"fw_cfg\", \"systemd\" or \"smbios\""
    )]
    [InlineData(
        Head + "[hookscript]\nchannels = [\"fwcfg\"]",
        "5:13: 'hookscript.channels' is \"fwcfg\" (did you mean \"fw_cfg\"?): expected \"fw_cfg\", \"systemd\" or \"smbios\""
    )]
    [InlineData(
        Head + "[hookscript]\non_error = \"Block\"",
        "5:12: 'hookscript.on_error' is \"Block\" (did you mean \"block\"?): expected \"continue\" or \"block\""
    )]
    [InlineData(
        Head + "[hookscript]\nchannels = []",
        "5:12: 'hookscript.channels' is empty: expected at least one of \"fw_cfg\", \"systemd\" or \"smbios\""
    )]
    [InlineData("schema = \"v2\"\nfleet.id = \"f\"", "1:10: 'schema' is \"v2\": expected \"v1\"")]
    [InlineData(Head + "[tags]\nweb = \"x\"", "5:7: 'tags.web': expected a list of tags, [\"web\", \"nginx\"]")]
    [InlineData(Head + "[tags]\nweb = [1]", "5:8: 'tags.web' is not a string: expected a tag")]
    [InlineData(
        Head + "[monitor]\npoll_interval_seconds = 59",
        "5:25: 'monitor.poll_interval_seconds' is 59: expected 60 or more"
    )]
    [InlineData(Head + "[monitor]\ncrash_threshold = 0", "5:19: 'monitor.crash_threshold' is 0: expected 1 to 255")]
    [InlineData(
        Head + "[monitor]\nalert_webhook = \"http://x/secret\"",
        "5:17: 'monitor.alert_webhook': expected an https:// URL"
    )]
    [InlineData(
        Head + "[monitor]\nalert_webhook = \"https:///secret\"",
        "5:17: 'monitor.alert_webhook': expected an https:// URL"
    )]
    [InlineData(
        Head + "[monitor]\nalert_webhook = \"https://x/a b\"",
        "5:17: 'monitor.alert_webhook': expected an https:// URL"
    )]
    [InlineData(
        Head + "[hookscript]\nconfig_dir = \"var\"",
        "5:14: 'hookscript.config_dir' is \"var\": expected an absolute path"
    )]
    [InlineData(
        Head + "[hookscript]\nlog_path = \"/a/../b\"",
        "5:12: 'hookscript.log_path' is \"/a/../b\": expected an absolute path"
    )]
    [InlineData(
        Head + "[hookscript]\ninject_role = 1",
        "5:15: 'hookscript.inject_role' is not a boolean: expected true or false"
    )]
    [InlineData(
        Head + "[hookscript]\non_error = \"stop\"",
        "5:12: 'hookscript.on_error' is \"stop\": expected \"continue\" or \"block\""
    )]
    public void A_breach_of_a_rule_has_its_place(string text, string error) => Errors(text).ShouldContain(error);

    [Fact]
    public void An_id_has_64_characters_at_most()
    {
        Valid($"schema_version = 1\n[fleet]\nid = \"{new string('a', 64)}\"").FleetId.Length.ShouldBe(64);
        Errors($"schema_version = 1\n[fleet]\nid = \"{new string('a', 65)}\"").Count.ShouldBe(1);
    }

    [Fact]
    public void A_cluster_name_has_256_characters_at_most()
    {
        Valid(Head + $"cluster_name = \"{new string('a', 256)}\"").ClusterName.ShouldNotBeNull();
        Errors(Head + $"cluster_name = \"{new string('a', 257)}\"").Count.ShouldBe(1);
    }

    [Theory]
    [InlineData(Head + "[roles\n", "4:")]
    [InlineData(Head + "cluster_name = \n", "4:")]
    [InlineData(Head + "id = \"g\"\n", "4:")]
    [InlineData(Head + "[fleet]\n", "4:")]
    public void What_TOML_forbids_has_its_place(string text, string place) =>
        Errors(text).ShouldContain(error => error.StartsWith(place, StringComparison.Ordinal));

    [Fact]
    public void What_is_not_UTF8_has_its_place()
    {
        FleetToml fleet = FleetToml.Parse([.. Encoding.ASCII.GetBytes(Head), (byte)'#', 0xff], "f");

        fleet.Errors.Select(error => error.ToString()).ShouldBe(["f:4:2: not UTF-8; save the file as UTF-8"]);
    }

    [Fact]
    public void A_file_that_cannot_be_read_is_an_error()
    {
        using HostTree tree = new();

        FleetToml.Read(tree.Root).Errors.ShouldHaveSingleItem().Message.ShouldContain("is neither a regular file");
    }

    [Fact]
    public void Any_bytes_are_read_without_an_exception()
    {
        Random random = new(4);
        byte[] example = File.ReadAllBytes(Repository.File("etc-examples", "host", "etc", "lamboot", "fleet.toml"));
        for (int i = 0; i < 3000; i++)
        {
            byte[] bytes = (byte[])example.Clone();
            for (int changes = random.Next(1, 6); changes > 0; changes--)
            {
                bytes[random.Next(bytes.Length)] = (byte)(
                    random.Next(4) == 0 ? random.Next(256) : "[]{}=\".,\n'#0"[random.Next(12)]
                );
            }

            FleetToml.Parse(bytes.AsSpan(0, random.Next(bytes.Length + 1)), "f").Config.ShouldNotBeNull();
        }
    }
}
