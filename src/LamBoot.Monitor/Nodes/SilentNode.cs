using LamBoot.Fleet.Health;
using LamBoot.Fleet.Text;
using LamBoot.Monitor.Survey;

namespace LamBoot.Monitor.Nodes;

/// <summary>A cluster node that did not report its VMs.</summary>
internal static class SilentNode
{
    /// <summary>The record that represents its VMs, whose number is unknown; it has no VMID.</summary>
    /// <param name="node">The node.</param>
    /// <param name="fault">Why it did not answer, and how to fix it.</param>
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

    /// <summary>Why a node did not answer, and how to fix it, escaped; null for the record of a VM.</summary>
    public static string? Reason(HealthRecord record) => record.Vmid is null ? record.Reason : null;

    /// <summary>The record of a node that answers again.</summary>
    /// <param name="before">Its previous record.</param>
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
