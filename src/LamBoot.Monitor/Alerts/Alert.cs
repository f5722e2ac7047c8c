using LamBoot.Fleet.Health;
using LamBoot.Fleet.Text;

namespace LamBoot.Monitor.Alerts;

/// <summary>That a VM became critical, or ceased to be.</summary>
/// <param name="Record">Its health now.</param>
/// <param name="IsCritical">Whether it is critical now.</param>
/// <param name="Uuid">What tells it from another VM of that VMID; null where its configuration has none.</param>
internal sealed record Alert(HealthRecord Record, bool IsCritical, string? Uuid)
{
    /// <summary>What it is about: two of the same say the same.</summary>
    public (int? Vmid, string? Uuid, bool IsCritical) Key => (Record.Vmid, Uuid, IsCritical);

    /// <summary>In words, on one line, with what a guest wrote made printable.</summary>
    public string Text
    {
        get
        {
            string name = Record.Name is null ? "" : $" ({SafeText.Escape(Record.Name)})";
            string state =
                IsCritical ? "is"
                : Record.Status == HealthStatus.Healthy ? "has recovered:"
                : "is no longer critical:";
            return $"VM {Record.Vmid}{name} on {SafeText.Escape(Record.Node)} {state} {HealthText.Line(Record)}";
        }
    }
}
