using LamBoot.Fleet.Health;
using LamBoot.Fleet.Text;
using LamBoot.Monitor.Survey;

namespace LamBoot.Monitor.Nodes;

/// <summary>A node of the cluster that said nothing of its VMs.</summary>
internal static class SilentNode
{
    /// <summary>The record that stands for its VMs, whose number nobody knows: it has no VM.</summary>
    /// <param name="node">The node.</param>
    /// <param name="fault">Why it said nothing, and how to fix it.</param>
    /// <param name="now">The time.</param>
    public static HealthRecord Record(string node, string fault, DateTimeOffset now) =>
        new()
        {
            ObservedAt = UtcText.Format(now),
            Phase = FleetSurvey.Phase,
            Node = node,
            Error = new(HealthErrorKind.NoAnswer, fault),
            Reason = SafeText.Escape(fault),
        };

    /// <summary>Why one said nothing, and how to fix it, escaped; null for a record of a VM.</summary>
    public static string? Reason(HealthRecord record) => record.Vmid is null ? record.Reason : null;

    /// <summary>What is said of one that answers again.</summary>
    /// <param name="before">What was said before.</param>
    /// <param name="now">The time.</param>
    public static HealthRecord Back(HealthRecord before, DateTimeOffset now) =>
        before with
        {
            ObservedAt = UtcText.Format(now),
            Status = HealthStatus.Healthy,
            Error = null,
            Reason = "the node answers again",
        };
}
