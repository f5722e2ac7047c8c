using LamBoot.Fleet.Health;
using LamBoot.Monitor.Output;
using LamBoot.Monitor.Settings;
using LamBoot.Monitor.Survey;

namespace LamBoot.Monitor.Tests.Survey;

/// <summary>Which part of a survey is shown, in which order, and its exit code.</summary>
public sealed class SurveyResultTests
{
    private const string NotOvmf = "not-ovmf: no UEFI firmware";
    private const string NoLamBoot = "no-lamboot-variables: LamBoot has not run";
    private const string Unreadable = "unreadable: no such file";

    // By VMID: one VM of each status, one unreadable, and two without LamBoot, one of which is meant to run it.
    private static readonly VmHealth[] All =
    [
        Vms.Vm(100, HealthStatus.Healthy),
        Vms.Vm(101, HealthStatus.Critical),
        Vms.Vm(102, HealthStatus.Unknown, NotOvmf, attached: false),
        Vms.Vm(103, HealthStatus.Warning),
        Vms.Vm(104, HealthStatus.Unknown, NoLamBoot, attached: false),
        Vms.Vm(105, HealthStatus.Unknown, NoLamBoot),
        Vms.Vm(106, HealthStatus.Unknown, Unreadable, attached: false),
        Vms.Vm(99, HealthStatus.Critical),
    ];

    [Fact]
    public void The_worst_come_first_and_those_without_LamBoot_are_not_shown()
    {
        SurveyResult result = Of(new VmFilter());

        Vmids(result.Shown).ShouldBe("99 101 103 105 106 100");
        Vmids(result.Listed).ShouldBe("99 101 103 104 105 106 100");
        Vmids(result.All).ShouldBe("100 101 102 103 104 105 106 99");
    }

    [Fact]
    public void Who_asks_for_all_or_for_a_VM_is_shown_it_whatever_it_runs()
    {
        Vmids(Of(new VmFilter { All = true }).Shown).ShouldBe("99 101 103 102 104 105 106 100");
        Vmids(Of(new VmFilter { Vmids = [102] }).Listed).ShouldContain("102");
    }

    [Fact]
    public void A_status_asked_for_leaves_out_the_others_but_not_for_alerts()
    {
        SurveyResult result = Of(new VmFilter { Statuses = [HealthStatus.Warning, HealthStatus.Healthy] });

        Vmids(result.Shown).ShouldBe("103 100");
        result.All.Count.ShouldBe(All.Length);
    }

    [Theory]
    [InlineData("", false, true, 0)]
    [InlineData("101", false, true, 0)] // the status is not requested
    [InlineData("101", false, false, 1)]
    [InlineData("100", true, true, 0)]
    [InlineData("100 103", true, true, 1)]
    [InlineData("100 103 101 106", true, true, 2)]
    [InlineData("100 106", true, true, 3)]
    [InlineData("103 106", true, true, 1)]
    [InlineData("100 102 104 105", true, true, 0)] // LamBoot never ran there: that does not count
    [InlineData("100", true, false, 3)] // not everything requested is done
    [InlineData("103", true, false, 1)]
    public void The_exit_code_is_the_worst_status_or_a_failure(string vmids, bool isOfHealth, bool isDone, int expected)
    {
        SurveyResult result = Vms.Survey(All.Where(vm => vmids.Split(' ').Contains($"{vm.Record.Vmid}")));

        ExitCode.Of(result, isOfHealth, isDone).ShouldBe(expected);
    }

    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 3)]
    public void Where_the_VMs_cannot_be_listed_nothing_is_known(bool isOfHealth, int expected) =>
        ExitCode.Of(null, isOfHealth, isDone: false).ShouldBe(expected);

    private static SurveyResult Of(VmFilter filter) => new(All, filter) { Node = "pve1" };

    private static string Vmids(IEnumerable<VmHealth> vms) => string.Join(' ', vms.Select(vm => vm.Record.Vmid));
}
