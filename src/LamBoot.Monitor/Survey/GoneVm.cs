using LamBoot.Fleet.Health;
using LamBoot.Fleet.Text;

namespace LamBoot.Monitor.Survey;

/// <summary>A VM that was in an earlier survey but is not in this one.</summary>
internal static class GoneVm
{
    /// <summary>The record that reports it.</summary>
    /// <param name="vmid">The VM.</param>
    /// <param name="node">The node that it was on.</param>
    /// <param name="name">Its name; null if no longer known.</param>
    /// <param name="now">The time.</param>
    public static HealthRecord Record(int vmid, string node, string? name, DateTimeOffset now) =>
        new HealthRecord
        {
            ObservedAt = UtcText.Format(now),
            Phase = FleetSurvey.Phase,
            Node = node,
            Vmid = vmid,
            Name = name,
        }.AsUnreadable("the VM is no longer on this node");
}
