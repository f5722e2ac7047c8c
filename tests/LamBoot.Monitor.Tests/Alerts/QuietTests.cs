using LamBoot.Fleet.Health;
using LamBoot.Monitor.Alerts;
using LamBoot.Monitor.Alerts.Kinds;
using LamBoot.Monitor.Survey;
using LamBoot.Monitor.Tests.Survey;

namespace LamBoot.Monitor.Tests.Alerts;

/// <summary>VMs excluded from alerts: they are shown, but cause neither an alert nor an exit code.</summary>
public sealed class QuietTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("lock: backup\n", true)]
    [InlineData("lock: migrate\n", true)]
    [InlineData("template: 1\n", true)]
    [InlineData("tags: web;LAB\n", true)] // Proxmox VE's tags are case-insensitive
    [InlineData("tags: laboratory\n", false)]
    [InlineData("template: 0\n", false)]
    [InlineData("", false)]
    public void They_are_shown_and_not_told(string config, bool isQuiet)
    {
        using HostTree tree = new();
        using Receiver receiver = new();
        tree.Write("/etc/lamboot/fleet.toml", HostTree.FleetToml + "[monitor]\nignore_tags = [\"lab\"]\n");
        tree.AddVm(100, "panic-255", config);

        ProgramResult result = tree.Monitor("--exit-code", "--webhook", receiver.Url);

        result.ExitCode.ShouldBe(isQuiet ? 0 : 2);
        result.Output.ShouldContain("1 VM: 1 critical");
        receiver.Count.ShouldBe(isQuiet ? 0 : 1);
        tree.Monitor("--json").Output.ShouldContain("\"status\": \"critical\"");
    }

    /// <summary>A backup begins and ends without causing an alert: what was reported stays reported.</summary>
    [Fact]
    public void A_lock_is_no_news_and_its_end_is_what_it_left()
    {
        CriticalVms vms = new([]);
        string told = "";
        foreach (
            (HealthStatus status, Quiet quiet) in new[]
            {
                (HealthStatus.Critical, Quiet.Locked),
                (HealthStatus.Critical, Quiet.No),
                (HealthStatus.Critical, Quiet.Locked),
                (HealthStatus.Healthy, Quiet.Locked),
                (HealthStatus.Healthy, Quiet.No),
            }
        )
        {
            List<Alert> changes = vms.Changes(Vms.Survey(Vm(status, quiet)), isWhole: true, Now);
            vms.Apply(changes);
            told +=
                changes.Count == 0 ? " "
                : changes[0].IsCritical ? "!"
                : ".";
        }

        told.ShouldBe(" !  .");
    }

    /// <summary>Alertmanager would consider an alert resolved if it were not repeated.</summary>
    [Theory]
    [InlineData(Quiet.Locked, true, 1)]
    [InlineData(Quiet.Locked, false, 0)]
    [InlineData(Quiet.IgnoredTag, true, 0)]
    [InlineData(Quiet.Template, true, 0)]
    internal void What_lasts_is_told_to_Alertmanager_while_it_is_locked(Quiet quiet, bool wasTold, int count)
    {
        CriticalVms known = new(wasTold ? [new(100, null)] : []);
        SurveyResult result = Vms.Survey(Vm(HealthStatus.Critical, quiet));
        using WebHook hook = new(new("https://example.org/"), "alertmanager", header: null);

        List<Alert> changes = known.Changes(result, isWhole: true, Now);

        Delivery.ToSend(hook, result, changes, known).Count.ShouldBe(count);
    }

    private static VmHealth Vm(HealthStatus status, Quiet quiet) => Vms.Vm(100, status) with { Quiet = quiet };
}
