namespace LamBoot.Hook.Tests.Trouble;

/// <summary>
/// A broken or missing fleet.toml: the VM starts with as much of its identity as is known, unless <c>on_error</c> says otherwise.
/// </summary>
public sealed class FleetTomlTests
{
    private const string Block = "schema_version = 1\n[fleet]\nid = \"f\"\n[hookscript]\non_error = \"block\"\n";

    [Fact]
    public void Without_fleet_toml_the_identity_has_no_fleet_and_role()
    {
        using HostTree tree = new();
        tree.AddVm(100);

        ProgramResult result = tree.Phase(100, "pre-start");

        result.ExitCode.ShouldBe(0);
        tree.DocumentJson(100).GetProperty("fleet_id").GetString().ShouldBe("");
        tree.DocumentJson(100).GetProperty("role").GetString().ShouldBe("");
    }

    [Theory]
    [InlineData("[fleet\nid = \"x\"", ":1:")]
    [InlineData("schema_version = 1\n[fleet]\nid = \"not valid\"\n", ":3:6: 'fleet.id' is \"not valid\"")]
    [InlineData("", ":1:1: 'fleet.id' is missing")]
    [InlineData("\0\0\0", ":1:1:")]
    public void A_broken_fleet_toml_keeps_the_identity_that_is_there(string fleet, string place)
    {
        using HostTree tree = new();
        tree.Write("/etc/lamboot/fleet.toml", HostTree.FleetToml);
        tree.AddVm(100);
        tree.Phase(100, "pre-start");
        string document = File.ReadAllText(tree.Document(100));
        tree.Write("/etc/lamboot/fleet.toml", fleet);

        ProgramResult result = tree.Phase(100, "pre-start");

        result.ExitCode.ShouldBe(0);
        File.ReadAllText(tree.Document(100)).ShouldBe(document);
        string line = result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries).ShouldHaveSingleItem();
        line.ShouldStartWith($"lamboot-hook: VM 100: error: {tree.Path("/etc/lamboot/fleet.toml")}{place}");
        line.ShouldEndWith("keeping the current identity; fix the file; takes effect at the next start");
    }

    [Fact]
    public void A_broken_fleet_toml_without_an_identity_gives_one_without_fleet()
    {
        using HostTree tree = new();
        tree.Write("/etc/lamboot/fleet.toml", "[fleet]\nid = \"not valid\"\n");
        tree.AddVm(100);

        tree.Phase(100, "pre-start").ExitCode.ShouldBe(0);

        // QEMU does not start if a file in args is missing.
        tree.DocumentJson(100).GetProperty("fleet_id").GetString().ShouldBe("");
        File.ReadAllText(tree.Config(100)).ShouldContain(HostTree.Args);
    }

    [Fact]
    public void A_broken_fleet_toml_keeps_the_fleet_in_the_health_log()
    {
        using HostTree tree = new();
        tree.Write("/etc/lamboot/fleet.toml", HostTree.FleetToml);
        tree.AddVm(100, "confirmed-4m");
        tree.Phase(100, "pre-start");
        tree.Write("/etc/lamboot/fleet.toml", "schema_version = 1\n");

        tree.Phase(100, "post-stop").ExitCode.ShouldBe(0);

        tree.LastRecord().GetProperty("fleet_id").GetString().ShouldBe("prod-cluster-01");
        tree.LastRecord().GetProperty("role").GetString().ShouldBe("webserver");
    }

    [Fact]
    public void A_failed_pre_start_stops_the_VM_where_it_is_told_to()
    {
        using HostTree tree = new();
        tree.Write("/etc/lamboot/fleet.toml", Block + "bad key");
        tree.AddVm(100, "confirmed-4m");

        ProgramResult result = tree.Phase(100, "pre-start");

        result.ExitCode.ShouldBe(1);
        result.Error.ShouldEndWith("lamboot-hook: VM 100: error: start blocked by on_error = \"block\"\n");
        tree.Phase(100, "post-start").ExitCode.ShouldBe(0);
        tree.Phase(100, "post-stop").ExitCode.ShouldBe(0);
    }

    [Fact]
    public void A_first_start_without_identity_is_stopped_once_where_it_is_told_to()
    {
        using HostTree tree = new();
        tree.Write("/etc/lamboot/fleet.toml", Block);
        tree.AddVm(100);

        tree.Phase(100, "pre-start").ExitCode.ShouldBe(1);

        File.ReadAllText(tree.Config(100)).ShouldContain(HostTree.Args);
        tree.Phase(100, "pre-start")
            .ShouldBe(new(0, "lamboot-hook: VM 100: identity /var/lib/lamboot/100.json: fleet 'f', role none\n", ""));
    }
}
