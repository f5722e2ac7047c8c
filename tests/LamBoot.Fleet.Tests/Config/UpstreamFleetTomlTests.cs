using LamBoot.Fleet.Config;
using LamBoot.Fleet.Identity;

namespace LamBoot.Fleet.Tests.Config;

/// <summary>fleet.toml as written by upstream's own tools, and the channels.</summary>
public sealed class UpstreamFleetTomlTests
{
    private const string Rest = """

        [fleet]
        id = "prod-cluster-01"
        cluster_name = "Production Cluster 1"
        description = "all of it"

        [monitor]
        log_path = "/var/log/lamboot-monitor.log"

        """;

    [Theory]
    [InlineData("schema_version = 1", true)]
    [InlineData("schema = \"v1\"", true)]
    [InlineData("", false)]
    public void A_file_of_upstreams_is_read(string schema, bool hasVersion)
    {
        FleetToml fleet = FleetToml.Parse(System.Text.Encoding.UTF8.GetBytes(schema + Rest), "f");

        fleet.Errors.ShouldBeEmpty();
        fleet.UnknownKeys.ShouldBeEmpty();
        fleet.HasVersion.ShouldBe(hasVersion);
        fleet.Config.FleetId.ShouldBe("prod-cluster-01");
    }

    [Fact]
    public void Channels_are_each_taken_once() =>
        FleetToml
            .Parse("fleet.id=\"f\"\nhookscript.channels=[\"smbios\",\"fw_cfg\",\"smbios\"]"u8, "f")
            .Config.Channels.ShouldBe([Channel.Smbios, Channel.FwCfg]);
}
