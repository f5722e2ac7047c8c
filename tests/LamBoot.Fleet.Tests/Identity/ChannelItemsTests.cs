using CsCheck;
using LamBoot.Fleet.Config;
using LamBoot.Fleet.Identity;
using LamBoot.Pve.Config;

namespace LamBoot.Fleet.Tests.Identity;

/// <summary>
/// Our items in an args line: exactly one per configured channel, none of other channels, and every other byte unchanged.
/// </summary>
public sealed class ChannelItemsTests
{
    private const string Config = "-fw_cfg name=opt/lamboot/config,file=/var/lib/lamboot/100.json";
    private const string Credential =
        "-fw_cfg name=opt/io.systemd.credentials/lamboot.identity,file=/var/lib/lamboot/100.json";
    private const string Strings =
        "-smbios type=11,path=/var/lib/lamboot/100.vmid,path=/var/lib/lamboot/100.fleet,path=/var/lib/lamboot/100.role";

    private static readonly Channel[] All = [Channel.FwCfg, Channel.Systemd, Channel.Smbios];

    private static readonly Gen<string> Option = OneOf(
        "-device virtio-rng-pci,id=r0",
        "'a b' \"x \\\" y\"",
        "-fw_cfg name=opt/other,string=a",
        "-smbios type=1,manufacturer=x",
        "-smbios type=11,value=hello",
        "-fw_cfg name=opt/lamboot/config,file=/var/lib/lamboot/900.json",
        "--fw_cfg opt/lamboot/config,file=/elsewhere",
        "-fw_cfg opt/lamboot/config,string=x",
        Credential,
        Strings,
        "-smbios type=11,path=/var/lib/lamboot/900.vmid",
        "ü\\ ä"
    );

    private static readonly Gen<(string[] Options, Channel[] Channels)> Case = Gen.Select(
        Option.Array[0, 8],
        Gen.Int[1, 7],
        (options, chosen) => (options, All.Where(channel => (chosen & (1 << (int)channel)) != 0).ToArray())
    );

    [Theory]
    [InlineData("", Config)]
    [InlineData("-device x", "-device x " + Config)]
    [InlineData(Config, Config)]
    [InlineData("-fw_cfg name=opt/lamboot/config,file=/var/lib/lamboot/900.json -device x", Config + " -device x")]
    [InlineData("--fw_cfg opt/lamboot/config,file=/x -a", "-" + Config + " -a")]
    [InlineData("-fw_cfg file=/x,name=opt/lamboot/config", Config)]
    [InlineData("-fw_cfg \"name=opt/lamboot/config,file=/x\"", Config)]
    [InlineData("-fw_cfg opt/lamboot/config,string=x", Config)]
    [InlineData(Config + " -a " + Config, Config + " -a")]
    [InlineData("-fw_cfg opt/lamboot/config,file=/a -fw_cfg opt/lamboot/config,file=/b", Config)]
    [InlineData("-fw_cfg name=opt/lamboot/config.d,file=/x", "-fw_cfg name=opt/lamboot/config.d,file=/x " + Config)]
    [InlineData("-append 'a  b' \"c\"", "-append 'a  b' \"c\" " + Config)]
    [InlineData(Credential + " " + Config + " " + Strings, Config)]
    public void The_usual_channel_alone(string before, string after) => With(before, Channel.FwCfg).ShouldBe(after);

    [Theory]
    [InlineData("", Config + " " + Credential + " " + Strings)]
    [InlineData(Strings + " -a", Strings + " -a " + Config + " " + Credential)]
    [InlineData(
        "-smbios type=11,path=/var/lib/lamboot/900.vmid,path=/var/lib/lamboot/900.fleet,path=/var/lib/lamboot/900.role",
        Strings + " " + Config + " " + Credential
    )]
    [InlineData(
        "-smbios type=11,value=hello",
        "-smbios type=11,value=hello " + Config + " " + Credential + " " + Strings
    )]
    [InlineData(
        "-smbios type=11,value=a,,b,path=/var/lib/lamboot/900.vmid,path=/etc/motd",
        "-smbios type=11,value=a,,b,path=/etc/motd " + Config + " " + Credential + " " + Strings
    )]
    public void All_channels(string before, string after) => With(before, All).ShouldBe(after);

    [Theory]
    [InlineData("", "")]
    [InlineData("-device x", "-device x")]
    [InlineData(Config + "  -device x", "-device x")]
    [InlineData("-a " + Strings + " -b " + Credential + " " + Config, "-a -b")]
    [InlineData("-smbios type=11,value=a,path=/x/900.role", "-smbios type=11,value=a")]
    public void Without(string before, string after) => ChannelItems.Without(new ArgsLine(before)).Text.ShouldBe(after);

    [Fact]
    public void What_is_not_injected_is_no_string()
    {
        FleetConfig fleet = FleetToml
            .Parse("schema_version=1\nfleet.id=\"f\"\nhookscript={inject_fleet_id=false,inject_vmid=false}"u8, "f")
            .Config;

        new ChannelItems(fleet, [Channel.Smbios])
            .With(new(""), 100)
            .Text.ShouldBe("-smbios type=11,path=/var/lib/lamboot/100.role");
    }

    [Fact]
    public void A_path_is_written_so_that_QEMU_reads_it_back()
    {
        FleetConfig fleet = FleetToml
            .Parse("schema_version=1\nfleet.id=\"f\"\nhookscript.config_dir=\"/srv/a,b c/größe\""u8, "f")
            .Config;
        ChannelItems items = new(fleet, All);

        ArgsLine line = items.With(new(""), 100);

        items.With(line, 100).ShouldBeSameAs(line);
        ChannelItems
            .In(line)
            .SelectMany(item => item.Files)
            .Distinct()
            .ShouldBe(["/srv/a,b c/größe/100.json", .. items.FilesOf(Channel.Smbios, 100)]);
    }

    [Fact]
    public void Any_line_gets_each_channel_once_and_keeps_its_other_options() =>
        Case.Sample(
            test =>
            {
                ArgsLine before = new(string.Join("  ", test.Options));
                ChannelItems items = new(new FleetConfig(), test.Channels);

                ArgsLine after = items.With(before, 100);

                ChannelItems.In(after).Select(item => item.Channel).Order().ShouldBe(test.Channels);
                ChannelItems.In(after).ShouldAllBe(item => item.Files.SequenceEqual(items.FilesOf(item.Channel, 100)));
                items.With(after, 100).ShouldBeSameAs(after);
                string others = string.Join(' ', test.Options.Where(option => !IsOurs(option)));
                Words(ChannelItems.Without(after)).ShouldBe(Words(new(others)));
                Words(ChannelItems.Without(before)).ShouldBe(Words(new(others)));
            },
            iter: 20_000
        );

    private static string With(string before, params Channel[] channels) =>
        new ChannelItems(new FleetConfig(), channels).With(new ArgsLine(before), 100).Text;

    /// <summary>Decided by the test's own rule.</summary>
    private static bool IsOurs(string option) =>
        option.Contains("lamboot", StringComparison.Ordinal) || option.Contains("/elsewhere", StringComparison.Ordinal);

    private static string[] Words(ArgsLine line) => line.Text.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static Gen<string> OneOf(params string[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);
}
