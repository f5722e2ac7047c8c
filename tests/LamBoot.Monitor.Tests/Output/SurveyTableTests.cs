using LamBoot.Fleet.Health;
using LamBoot.Fleet.Health.Verdicts;
using LamBoot.Monitor.Nodes;
using LamBoot.Monitor.Output;
using LamBoot.Monitor.Settings;
using LamBoot.Monitor.Survey;

namespace LamBoot.Monitor.Tests.Output;

/// <summary>The table fits the terminal: what matters stays, and the reason has room.</summary>
public sealed class SurveyTableTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.UtcNow;

    [Theory]
    [InlineData(40)]
    [InlineData(60)]
    [InlineData(80)]
    [InlineData(120)]
    [InlineData(200)]
    public void No_line_is_wider_than_the_terminal(int width)
    {
        string[] lines = [.. SurveyText.Lines(Survey(201), width, colours: false)];

        lines.ShouldAllBe(line => line.Length <= width);
        lines.Length.ShouldBe(203);
        lines[0].ShouldContain("STATUS");
        lines[1].ShouldContain("critical");
    }

    [Theory]
    [InlineData(60, "VMID  NAME  STATUS    REASON, LAST ENTRY")]
    [InlineData(80, "VMID  NAME  POWER    STATUS    SINCE  BOOTED   REASON, LAST ENTRY")]
    [InlineData(120, "VMID  NAME  ROLE  POWER    STATUS    SINCE  STATE    CRASHES  BOOTED   REASON, LAST ENTRY")]
    public void The_columns_that_matter_less_go_first(int width, string header) =>
        SurveyText.Lines(Survey(1), width, colours: false).First().ShouldBe(header);

    [Theory]
    [InlineData(60, "VMID|NAME|NODE|STATUS|REASON, LAST ENTRY")]
    [InlineData(80, "VMID|NAME|NODE|STATUS|SINCE|REASON, LAST ENTRY")]
    [InlineData(120, "VMID|NAME|NODE|ROLE|POWER|STATUS|SINCE|BOOTED|REASON, LAST ENTRY")]
    [InlineData(200, "VMID|NAME|NODE|ROLE|POWER|STATUS|SINCE|STATE|CRASHES|BOOTED|REASON, LAST ENTRY")]
    public void A_cluster_has_its_nodes_and_those_that_say_nothing_come_first(int width, string header)
    {
        SurveyResult survey = Survey(201) with
        {
            Cluster = "prod",
            Nodes = 3,
            SilentNodes = [SilentNode.Record("pve3", "it did not answer within 10 s; try: ssh root@10.0.0.3", Now)],
        };
        string[] lines = [.. SurveyText.Lines(survey, width, colours: false)];

        lines.ShouldAllBe(line => line.Length <= width);
        lines.Length.ShouldBe(204);
        lines[0]
            .Split("  ", StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .ShouldBe(header.Split('|'));
        lines[1].ShouldMatch("^- +- +pve3 ");
        lines[1].ShouldContain("it did not answer");
        lines[2].ShouldContain(" pve1 ");
        lines[203].ShouldStartWith("201 VMs on 2 of 3 nodes: 201 critical");
    }

    [Fact]
    public void Wide_has_all_columns_and_times()
    {
        string row = SurveyText.Lines(Survey(1), columns: null, colours: false, wide: true).ElementAt(1);

        row.ShouldContain("db1");
        row.ShouldContain($"{Now.AddHours(-3):yyyy-MM-dd'T'HH:mm}");
        row.ShouldEndWith("kernel panic: VFS: Unable to mount root fs on unknown-block(0,0); entry debian-6.12.1");
    }

    private static SurveyResult Survey(int count) =>
        new(
            Enumerable
                .Range(0, count)
                .Select(index => new VmHealth(Record(index), IsAttached: true, Uuid: null)
                {
                    Since = Now.AddHours(-3),
                }),
            new VmFilter()
        )
        {
            Node = "pve1",
        };

    private static HealthRecord Record(int index) =>
        new()
        {
            ObservedAt = "",
            Phase = "monitor",
            Node = "pve1",
            Vmid = 100 + index,
            Name = index == 0 ? "db1" : "a-name-that-is-longer-than-any-column",
            Role = index == 0 ? "db" : "database",
            QmpStatus = "running",
            State = "Booting",
            StateCode = 1,
            CrashCount = 3,
            LastEntry = "debian-6.12.1",
            Timestamp = Fleet.Text.UtcText.Format(Now.AddHours(-3)),
            Verdict = VerdictKind.Crashed,
            Status = HealthStatus.Critical,
            Reason = "kernel panic: VFS: Unable to mount root fs on unknown-block(0,0)",
        };
}
