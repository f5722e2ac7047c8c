using LamBoot.Fleet.Health;
using LamBoot.Fleet.Text;

namespace LamBoot.Monitor.Survey;

/// <summary>A VM that an earlier survey had and this one has not.</summary>
internal static class GoneVm
{
    /// <summary>What is said of it.</summary>
    /// <param name="vmid">The VM.</param>
    /// <param name="node">The node that it was on.</param>
    /// <param name="name">Its name; null where it is not known any more.</param>
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
