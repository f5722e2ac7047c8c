using LamBoot.Fleet.Crashes;
using LamBoot.Fleet.Health;
using LamBoot.Fleet.Health.Verdicts;
using LamBoot.Fleet.Text;
using LamBoot.Monitor.Output.Page;
using LamBoot.Monitor.Settings;
using LamBoot.Monitor.Survey;
using LamBoot.Nvram.Boot.Crashes;

namespace LamBoot.Monitor.Tests.Output.Page;

/// <summary>Made-up VMs for a page.</summary>
internal static class PageVms
{
    public static readonly DateTimeOffset Now = new(2026, 11, 27, 12, 0, 0, TimeSpan.Zero);

    /// <summary>A VM's health, or one of its boots.</summary>
    public static HealthRecord Record(
        int vmid,
        HealthStatus status,
        TimeSpan ago = default,
        string reason = "because",
        string entry = "debian-6.12",
        string node = "pve1"
    ) =>
        new()
        {
            ObservedAt = UtcText.Format(Now - ago),
            Phase = "monitor",
            Node = node,
            Vmid = vmid,
            Name = "vm" + vmid,
            Role = "web",
            Status = status,
            Verdict = status == HealthStatus.Healthy ? VerdictKind.Confirmed : VerdictKind.Crashed,
            Reason = reason,
            State = status == HealthStatus.Healthy ? "BootedOK" : "Booting",
            CrashCount = status == HealthStatus.Healthy ? 0 : 3,
            LastEntry = entry,
            Timestamp = UtcText.Format(Now - ago),
            QmpStatus = "running",
        };

    /// <summary>A VM on the page.</summary>
    public static PageVm Vm(HealthRecord record, params IReadOnlyList<HealthRecord> boots) =>
        new(new VmHealth(record, IsAttached: true, Uuid: null)) { Boots = boots };

    /// <summary>A saved crash.</summary>
    public static KeptCrash Crash(string text) =>
        new(
            new() { Kind = CrashKind.KernelPanic, IsEscaped = true },
            [1],
            [],
            text,
            "/var/lib/lamboot/crash/100-x.txt"
        );

    /// <summary>The page for some VMs.</summary>
    public static string Page(params IReadOnlyList<PageVm> vms) =>
        HtmlPage.Text(
            new(
                new SurveyResult(vms.Select(vm => vm.Vm), new VmFilter()) { Node = "pve1" },
                vms,
                TimeSpan.FromSeconds(60),
                Now
            )
        );
}
