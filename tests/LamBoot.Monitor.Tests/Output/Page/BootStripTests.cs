using System.Xml.Linq;
using LamBoot.Fleet.Health;
using LamBoot.Monitor.Output.Page;

namespace LamBoot.Monitor.Tests.Output.Page;

/// <summary>The boots of a VM on the timeline.</summary>
public sealed class BootStripTests
{
    private const int Room = 100_000;

    [Fact]
    public void A_boot_is_where_its_time_is_and_says_what_happened()
    {
        XElement strip = Strip(
            HealthStatus.Healthy,
            PageVms.Record(100, HealthStatus.Critical, TimeSpan.FromDays(3.5)),
            PageVms.Record(100, HealthStatus.Healthy, TimeSpan.FromDays(0.7))
        );

        strip
            .Elements("g")
            .Select(mark => ((string)mark.Attribute("class")!, (string)mark.Element("rect")!.Attribute("x")!))
            .ShouldBe([("healthy", "88.7%"), ("critical", "49.3%")]);
        Plain(strip.Elements("g").Last()).ShouldBe("24 Nov 00:00 critical: because; entry debian-6.12");
        Plain(strip.Elements("text").Single()).ShouldBe("2 boots recorded, last 26 Nov 19:12");
    }

    [Fact]
    public void A_crash_loop_is_one_mark_of_the_worst()
    {
        IEnumerable<HealthRecord> loop = Enumerable
            .Range(0, 30)
            .Select(n => n == 7 ? HealthStatus.Critical : HealthStatus.Warning)
            .Select((status, n) => PageVms.Record(100, status, TimeSpan.FromMinutes(40 - n)));
        XElement strip = Strip(
            HealthStatus.Critical,
            [PageVms.Record(100, HealthStatus.Healthy, TimeSpan.FromDays(5)), .. loop]
        );

        strip.Elements("g").Select(mark => (string)mark.Attribute("class")!).ShouldBe(["critical", "healthy"]);
        Plain(strip.Elements("g").First()).ShouldEndWith(" (of 31)"); // including the current one
    }

    /// <summary>The log has a boot once it has ended; an ongoing one is represented by the current health.</summary>
    [Theory]
    [InlineData(HealthStatus.Critical, "now critical")]
    [InlineData(HealthStatus.Healthy, null)] // as in the log
    public void What_is_now_is_a_mark_too(HealthStatus now, string? told)
    {
        XElement strip = Strip(now, PageVms.Record(100, HealthStatus.Healthy, TimeSpan.FromDays(2)));

        strip.Elements("g").Select(Plain).Contains("now critical").ShouldBe(told is not null);
        strip.Elements("g").Count().ShouldBe(told is null ? 1 : 2);
    }

    [Fact]
    public void Without_room_for_what_happened_every_boot_is_drawn_all_the_same()
    {
        BootStrip strip = Of(
            HealthStatus.Healthy,
            PageVms.Record(100, HealthStatus.Critical, TimeSpan.FromDays(3)),
            PageVms.Record(100, HealthStatus.Healthy, TimeSpan.FromDays(2)),
            PageVms.Record(100, HealthStatus.Healthy, TimeSpan.FromDays(1))
        );

        XElement bare = XElement.Parse(strip.Write(100, room: 0));
        XElement some = XElement.Parse(strip.Write(100, room: 150));

        bare.Elements("g").ShouldBeEmpty();
        ((string?)bare.Element("svg")!.Attribute("height")).ShouldBe("23"); // as high as a mark with a description
        bare.Descendants("path").Sum(path => ((string)path.Attribute("d")!).Split('M').Length - 1).ShouldBe(3);
        Plain(some.Elements("g").Single()).ShouldStartWith("26 Nov"); // the newest
        some.Descendants("path").Count().ShouldBe(2);
    }

    [Theory]
    [InlineData(0.5, "24 hours")]
    [InlineData(2, "3 days")]
    [InlineData(6, "7 days")]
    [InlineData(10, "14 days")]
    [InlineData(200, "30 days")]
    public void The_time_line_is_as_long_as_the_boots_need(double days, string length)
    {
        Timeline timeline = new([PageVms.Now.AddDays(-days)], PageVms.Now);

        timeline.Length.ShouldBe(length);
        timeline.At(PageVms.Now).ShouldBe(98.5);
        timeline.At(PageVms.Now.AddYears(1)).ShouldBe(98.5);
        timeline.At(PageVms.Now.AddDays(-31)).ShouldBeNull();
        timeline.Dates().Count().ShouldBeInRange(2, 7);
    }

    private static BootStrip Of(HealthStatus now, params IReadOnlyList<HealthRecord> boots)
    {
        // About the last boot in the log, unless its health differs.
        HealthRecord record = PageVms.Record(100, now) with
        {
            Timestamp = boots[^1].Timestamp,
        };
        PageVm vm = PageVms.Vm(record, boots);
        return new(vm, new([PageVms.Now.AddDays(-6)], PageVms.Now), PageVms.Now);
    }

    private static XElement Strip(HealthStatus now, params IReadOnlyList<HealthRecord> boots) =>
        XElement.Parse(Of(now, boots).Write(100, Room));

    private static string Plain(XElement text) => text.Value.Replace('\u00a0', ' ');
}
