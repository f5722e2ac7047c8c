using LamBoot.Fleet;

namespace LamBoot.Monitor;

/// <summary>That a VM became critical, or ceased to be.</summary>
/// <param name="Record">Its health now.</param>
/// <param name="IsCritical">Whether it is critical now.</param>
internal sealed record Alert(HealthRecord Record, bool IsCritical)
{
    /// <summary>In words, on one line, with what a guest wrote made printable.</summary>
    public string Text
    {
        get
        {
            string name = Record.Name is null ? "" : $" ({SafeText.Escape(Record.Name)})";
            string state = IsCritical ? "is" : "is no longer critical, but";
            return $"VM {Record.Vmid}{name} on {SafeText.Escape(Record.Node)} {state} {HealthText.Line(Record)}";
        }
    }
}
