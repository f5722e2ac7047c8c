using LamBoot.Fleet.Health;
using LamBoot.Monitor.Alerts;
using LamBoot.Monitor.Alerts.Kinds;
using LamBoot.Monitor.Survey;
using LamBoot.Monitor.Tests.Survey;

namespace LamBoot.Monitor.Tests.Alerts;

/// <summary>What becomes an alert: one per change, whatever the surveys in between could read.</summary>
public sealed class CriticalVmsTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Letters: healthy, warning, critical, unknown, gone (-). Alerts: critical (!), over (.), none (blank).</summary>
    [Theory]
    [InlineData("hwuh", "    ")]
    [InlineData("hccch", " !  .")]
    [InlineData("cwc", "!.!")] // a warning is no longer critical
    [InlineData("cuuc", "!   ")] // an unreadable VM is as bad as it was
    [InlineData("cuh", "! .")]
    [InlineData("uc", " !")]
    [InlineData("c-c", "!.!")]
    [InlineData("h-h", "   ")]
    public void Each_change_is_an_alert_once(string surveys, string alerts)
    {
        CriticalVms vms = new([]);
        string seen = "";
        foreach (char survey in surveys)
        {
            List<Alert> changes = vms.Changes(Survey(survey), isWhole: true, Now);
            vms.Apply(changes);
            seen +=
                changes.Count == 0 ? " "
                : changes[0].IsCritical ? "!"
                : ".";
            changes.Count.ShouldBeLessThan(2);
        }

        seen.ShouldBe(alerts);
    }

    [Fact]
    public void What_was_not_delivered_comes_again_with_the_next_survey()
    {
        CriticalVms vms = new([]);

        vms.Changes(Survey('c'), isWhole: true, Now).Count.ShouldBe(1);
        vms.Changes(Survey('c'), isWhole: true, Now).Count.ShouldBe(1);
        vms.Changes(Survey('h'), isWhole: true, Now).ShouldBeEmpty(); // nobody was notified of it
    }

    [Fact]
    public void A_VM_that_a_survey_does_not_look_for_is_not_gone()
    {
        CriticalVms vms = new([new(100, null)]);

        vms.Changes(Vms.Survey(), isWhole: false, Now).ShouldBeEmpty();
        Alert gone = vms.Changes(Vms.Survey(), isWhole: true, Now).ShouldHaveSingleItem();
        gone.IsCritical.ShouldBeFalse();
        gone.Text.ShouldBe(
            "VM 100 on pve1 is no longer critical: unknown: unreadable: the VM is no longer on this node"
        );
    }

    [Theory]
    [InlineData("a", "a", "")]
    [InlineData("a", null, "")]
    [InlineData(null, "a", "")]
    [InlineData("a", "b", ".!")] // the VMID was reused: one ceased, another began
    public void A_VMID_that_another_VM_has_now_is_another(string? before, string? uuid, string alerts)
    {
        CriticalVms vms = new([new(100, before)]);
        SurveyResult result = Vms.Survey(Vms.Vm(100, HealthStatus.Critical, uuid: uuid));

        List<Alert> changes = vms.Changes(result, isWhole: true, Now);

        string.Concat(changes.Select(alert => alert.IsCritical ? '!' : '.')).ShouldBe(alerts);
        vms.Apply(changes);
        vms.All.ShouldHaveSingleItem();
    }

    [Theory]
    [InlineData("json", 1)]
    [InlineData("alertmanager", 2)]
    public void Alertmanager_is_sent_what_lasts_too(string format, int count)
    {
        VmHealth lasts = Vms.Vm(100, HealthStatus.Critical);
        VmHealth begins = Vms.Vm(101, HealthStatus.Critical);
        SurveyResult result = Vms.Survey(lasts, begins, Vms.Vm(102, HealthStatus.Healthy));
        CriticalVms known = new([new(100, null)]);
        List<Alert> changes = known.Changes(result, isWhole: true, Now);
        using WebHook hook = new(new("https://example.org/"), format, header: null);

        List<Alert> sent = Delivery.ToSend(hook, result, changes, known);

        changes.ShouldHaveSingleItem().Record.ShouldBe(begins.Record);
        sent.Count.ShouldBe(count);
        sent.ShouldAllBe(alert => alert.IsCritical);
    }

    [Theory]
    [InlineData(1, 0.5, 1.5)]
    [InlineData(2, 1, 3)]
    [InlineData(4, 4, 12)]
    [InlineData(10, 150, 450)]
    [InlineData(2000, 150, 450)]
    public void Attempts_become_ever_more_seldom_and_never_cease(int failures, double shortest, double longest)
    {
        RetryPause.After(failures, 0).TotalSeconds.ShouldBe(shortest, 0.001);
        RetryPause.After(failures, 1).TotalSeconds.ShouldBe(longest, 0.001);
    }

    private static SurveyResult Survey(char letter) =>
        letter switch
        {
            '-' => Vms.Survey(),
            'h' => Vms.Survey(Vms.Vm(100, HealthStatus.Healthy)),
            'w' => Vms.Survey(Vms.Vm(100, HealthStatus.Warning)),
            'c' => Vms.Survey(Vms.Vm(100, HealthStatus.Critical)),
            _ => Vms.Survey(Vms.Vm(100, HealthStatus.Unknown, "timeout: storage 'nas' still hangs")),
        };
}
