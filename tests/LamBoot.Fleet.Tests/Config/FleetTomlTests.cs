using LamBoot.Fleet.Config;
using static LamBoot.Fleet.Tests.Config.FleetTexts;

namespace LamBoot.Fleet.Tests.Config;

/// <summary>fleet.toml: what it says, and how it is interpreted.</summary>
public sealed class FleetTomlTests
{
    [Fact]
    public void The_example_is_read_whole()
    {
        FleetToml fleet = FleetToml.Read(Repository.File("etc-examples", "host", "etc", "lamboot", "fleet.toml"));

        fleet.Errors.ShouldBeEmpty();
        fleet.UnknownKeys.ShouldBeEmpty();
        FleetConfig config = fleet.Config;
        config.FleetId.ShouldBe("prod-cluster-01");
        config.ClusterName.ShouldBe("Production 1");
        config.Roles.ShouldBe(new Dictionary<int, string> { [100] = "webserver" });
        config.Tags.Keys.ShouldBe(["database", "git", "mail", "webserver"]);
        config.Tags["database"].ShouldBe(["db", "postgres"]);
        config.PollIntervalSeconds.ShouldBe(300);
        config.CrashThreshold.ShouldBe(2);
        config.ConfigDir.ShouldBe("/var/lib/lamboot");
        config.LogPath.ShouldBe("/var/log/lamboot/fleet.jsonl");
        config.BlocksOnError.ShouldBeFalse();
    }

    [Fact]
    public void Every_key_is_read()
    {
        FleetConfig config = Valid(
            """
            schema_version = 1
            [fleet]
            id = "A-z_9"
            cluster_name = "Ü"
            [roles]
            100 = "a"
            "101" = "b"
            [tags]
            c = ["x", "y"]
            d = []
            [monitor]
            poll_interval_seconds = 60
            alert_webhook = "https://example.org/hook?token=x"
            crash_threshold = 5
            [hookscript]
            config_dir = "/srv/ids/"
            log_path = "/srv/log.jsonl"
            inject_fleet_id = false
            inject_role = false
            inject_vmid = false
            on_error = "block"
            deadline_seconds = 9
            lease_wait_seconds = 0
            """
        );

        config.FleetId.ShouldBe("A-z_9");
        config.ClusterName.ShouldBe("Ü");
        config.Roles.ShouldBe(new Dictionary<int, string> { [100] = "a", [101] = "b" });
        config.Tags["c"].ShouldBe(["x", "y"]);
        config.PollIntervalSeconds.ShouldBe(60);
        config.AlertWebhook.ShouldBe("https://example.org/hook?token=x");
        config.CrashThreshold.ShouldBe(5);
        config.DocumentPath(7).ShouldBe("/srv/ids/7.json");
        config.LogPath.ShouldBe("/srv/log.jsonl");
        (config.InjectFleetId, config.InjectRole, config.InjectVmid).ShouldBe((false, false, false));
        config.BlocksOnError.ShouldBeTrue();
        (config.DeadlineSeconds, config.LeaseWaitSeconds).ShouldBe((9, 0));
    }

    [Fact]
    public void Dotted_keys_and_inline_tables_mean_the_same() =>
        Valid(
            "schema_version = 1\nfleet.id = \"f\"\nroles = { 100 = \"a\", \"101\" = \"b\" }\nhookscript.on_error = \"block\""
        )
            .Roles.Count.ShouldBe(2);

    [Fact]
    public void A_broken_file_still_says_what_to_do_on_an_error()
    {
        FleetToml fleet = Parse(Head + "[hookscript]\non_error = \"block\"\nconfig_dir = 3\n[roles\n");

        fleet.Errors.ShouldNotBeEmpty();
        fleet.Config.BlocksOnError.ShouldBeTrue();
    }

    [Fact]
    public void Unknown_keys_are_reported_and_ignored()
    {
        FleetToml fleet = Parse(
            Head + "colour = 1\n[hookscript]\nonerror = \"block\"\n[new]\nx = { y = 1 }\n[empty]\n"
        );

        fleet.Errors.ShouldBeEmpty();
        fleet
            .UnknownKeys.Select(key => key.ToString())
            .ShouldBe([
                "f:4:1: unknown key 'fleet.colour'",
                "f:6:1: unknown key 'hookscript.onerror'; did you mean 'hookscript.on_error'?",
                "f:8:7: unknown key 'new.x.y'",
                "f:9:1: unknown table 'empty'",
            ]);
    }

    [Theory]
    [InlineData("[rols]\n100 = \"web\"", "unknown key 'rols.100'; did you mean 'roles.100'?")]
    [InlineData("[tag]\nweb = [\"web\"]", "unknown key 'tag.web'; did you mean 'tags.web'?")]
    [InlineData(
        "[monitr]\ncrash_threshold = 2",
        "unknown key 'monitr.crash_threshold'; did you mean 'monitor.crash_threshold'?"
    )]
    [InlineData(
        "[monitor]\ncrash_treshold = 2",
        "unknown key 'monitor.crash_treshold'; did you mean 'monitor.crash_threshold'?"
    )]
    [InlineData("[rols]", "unknown table 'rols'; did you mean 'roles'?")]
    public void What_key_was_meant_is_guessed(string toml, string told) =>
        Parse(Head + toml).UnknownKeys.ShouldHaveSingleItem().Message.ShouldBe(told);

    [Fact]
    public void At_the_top_too() =>
        Parse("rols = 1\n" + Head)
            .UnknownKeys.ShouldHaveSingleItem()
            .Message.ShouldBe("unknown key 'rols'; did you mean 'roles'?");

    [Fact]
    public void Without_a_file_there_is_no_fleet_and_no_error()
    {
        FleetToml fleet = FleetToml.Read("/nowhere/fleet.toml");

        fleet.Errors.ShouldBeEmpty();
        fleet.Config.FleetId.ShouldBe("");
        fleet.Config.ConfigDir.ShouldBe("/var/lib/lamboot");
    }

    [Fact]
    public void A_role_is_given_by_VMID_then_by_tag_in_the_order_of_names()
    {
        FleetConfig config = Valid(
            Head + "[roles]\n100 = \"z\"\n[tags]\nweb = [\"a\", \"b\"]\nDb = [\"b\"]\napp = [\"c\"]\n"
        );

        config.RoleOf(100, ["a"]).ShouldBe("z");
        config.RoleOf(101, ["a"]).ShouldBe("web");
        config.RoleOf(101, ["b"]).ShouldBe("Db");
        config.RoleOf(101, ["b", "c"]).ShouldBe("Db");
        config.RoleOf(101, ["C"]).ShouldBe("app");
        config.RoleOf(101, ["d"]).ShouldBe("");
        config.RoleOf(101, []).ShouldBe("");
    }
}
