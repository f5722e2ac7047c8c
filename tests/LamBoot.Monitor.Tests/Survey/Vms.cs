using LamBoot.Fleet.Health;
using LamBoot.Monitor.Settings;
using LamBoot.Monitor.Survey;

namespace LamBoot.Monitor.Tests.Survey;

/// <summary>Made-up VMs for a survey.</summary>
internal static class Vms
{
    /// <summary>A VM with a status or, if it has none, with an error.</summary>
    public static VmHealth Vm(
        int vmid,
        HealthStatus status,
        string? error = null,
        string? uuid = null,
        bool attached = true
    ) =>
        new(
            new()
            {
                ObservedAt = "2026-01-01T00:00:00Z",
                Phase = "monitor",
                Node = "pve1",
                Vmid = vmid,
                Status = status,
                Error = error is null ? null : HealthError.Parse(error),
            },
            attached,
            uuid
        );

    /// <summary>The survey that contains them.</summary>
    public static SurveyResult Survey(params IEnumerable<VmHealth> vms) => new(vms, new VmFilter()) { Node = "pve1" };
}
