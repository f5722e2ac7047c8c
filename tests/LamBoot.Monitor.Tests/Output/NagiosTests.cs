using LamBoot.Fleet.Health;
using LamBoot.Monitor.Output;
using LamBoot.Monitor.Survey;
using LamBoot.Monitor.Tests.Survey;

namespace LamBoot.Monitor.Tests.Output;

/// <summary><c>--nagios</c>: one line, with performance data after a bar, and the exit codes of plugins.</summary>
public sealed class NagiosTests
{
    [Theory]
    [InlineData(
        "confirmed-4m",
        "",
        0,
        "LAMBOOT OK - 1 VM: 0 critical, 0 warning, 0 unknown, 1 healthy | critical=0;;;0;1 warning=0;;;0;1 unknown=0;;;0;1 healthy=1;;;0;1\n"
    )]
    [InlineData(
        "panic-255",
        "",
        2,
        "LAMBOOT CRITICAL - 1 VM: 1 critical, 0 warning, 0 unknown, 0 healthy - VM 100 (vm100) critical: kernel panic: Attempted to kill init! exitcode=0x00000100 | critical=1;;;0;1 warning=0;;;0;1 unknown=0;;;0;1 healthy=0;;;0;1\n"
    )]
    [InlineData(
        "panic-255",
        "lock: backup\n",
        0,
        "LAMBOOT OK - 0 VMs: 0 critical, 0 warning, 0 unknown, 0 healthy | critical=0;;;0;0 warning=0;;;0;0 unknown=0;;;0;0 healthy=0;;;0;0\n"
    )]
    public void A_survey_is_one_line(string image, string config, int exitCode, string line)
    {
        using HostTree tree = new();
        tree.AddVm(100, image, config);

        tree.Monitor("--nagios").ShouldBe(new(exitCode, line, ""));
    }

    /// <summary>A tag that is mistyped must not look like a node on which all is well.</summary>
    [Fact]
    public void A_tag_that_no_VM_has_is_unknown()
    {
        using HostTree tree = new();
        tree.AddVm(100, "confirmed-4m");

        tree.Monitor("--nagios", "--tag", "prdo")
            .ShouldBe(
                new(
                    3,
                    "LAMBOOT UNKNOWN - 0 VMs: 0 critical, 0 warning, 0 unknown, 0 healthy - no VM has that tag or role | "
                        + "critical=0;;;0;0 warning=0;;;0;0 unknown=0;;;0;0 healthy=0;;;0;0\n",
                    ""
                )
            );
        ProgramResult table = tree.Monitor("--role", "prdo");
        table.ExitCode.ShouldBe(0);
        table.Error.ShouldBe("lamboot-pve-monitor: no VM has that tag or role\n");
    }

    [Fact]
    public void A_node_that_cannot_be_read_is_unknown()
    {
        using HostTree tree = new();
        Directory.Delete(tree.Path("/etc/pve/qemu-server"));

        ProgramResult result = tree.Monitor("--nagios");

        result.ExitCode.ShouldBe(3);
        result.Output.ShouldStartWith("LAMBOOT UNKNOWN - ");
        result.Output.Count(c => c == '\n').ShouldBe(1);
    }

    [Fact]
    public void What_a_guest_wrote_is_no_performance_data_and_no_second_line()
    {
        VmHealth vm = Vms.Vm(100, HealthStatus.Critical);
        SurveyResult survey = Vms.Survey(
            Enumerable
                .Range(100, 9)
                .Select(vmid =>
                    vm with
                    {
                        Record = vm.Record with
                        {
                            Vmid = vmid,
                            Name = "a|b\n",
                            Reason = "x | critical=0\n" + new string('y', 5000),
                        },
                    }
                )
        );

        string line = NagiosLine.Of(survey, 2);

        line.ShouldStartWith(
            @"LAMBOOT CRITICAL - 9 VMs: 9 critical, 0 warning, 0 unknown, 0 healthy - VM 100 (a\u{7c}b\u{a}) critical: x \u{7c} critical=0"
        );
        line.ShouldContain("; and 4 more | critical=9;;;0;9 ");
        line.Count(c => c == '|').ShouldBe(1);
        line.ShouldNotContain("\n");
        line.Length.ShouldBeLessThan(1500);
    }

    /// <summary>Each VM counts once, by the status in its row, whether or not it makes the exit code unknown.</summary>
    [Fact]
    public void It_counts_as_the_table_does()
    {
        SurveyResult survey = Vms.Survey(
            Vms.Vm(100, HealthStatus.Healthy),
            Vms.Vm(101, HealthStatus.Unknown, "no-lamboot-variables: x"),
            Vms.Vm(102, HealthStatus.Unknown, "corrupt: x")
        );

        const string Counts = "3 VMs: 0 critical, 0 warning, 2 unknown, 1 healthy";
        SurveyText.Summary(survey).ShouldBe(Counts);
        NagiosLine
            .Of(survey, 3)
            .ShouldBe(
                $"LAMBOOT UNKNOWN - {Counts} - VM 102 unknown: corrupt: x | critical=0;;;0;3 warning=0;;;0;3 unknown=2;;;0;3 healthy=1;;;0;3"
            );
    }

    [Theory]
    [InlineData("--watch")]
    [InlineData("--json")]
    public void It_goes_alone(string option)
    {
        using HostTree tree = new();

        tree.Monitor("--nagios", option).ExitCode.ShouldBe(2);
    }
}
