using LamBoot.Fleet.Health;
using LamBoot.Fleet.Text;

namespace LamBoot.Monitor.Alerts;

/// <summary>That a VM became critical, or ceased to be.</summary>
/// <param name="Record">Its health now.</param>
/// <param name="IsCritical">Whether it is critical now.</param>
/// <param name="Uuid">What tells it from another VM of that VMID; null where its configuration has none.</param>
internal sealed record Alert(HealthRecord Record, bool IsCritical, string? Uuid)
{
    /// <summary>Whether it is of no VM, and tries whether alerts arrive.</summary>
    public bool IsTest { get; init; }

    /// <summary>What it is about: two of the same say the same.</summary>
    public (int? Vmid, string? Uuid, bool IsCritical) Key => (Record.Vmid, Uuid, IsCritical);

    /// <summary>What it is to a program.</summary>
    public string Event =>
        IsTest ? "test"
        : IsCritical ? "critical"
        : "resolved";

    /// <summary>Whether the VM boots again, as far as is known.</summary>
    public bool HasRecovered => !IsCritical && Record.Status == HealthStatus.Healthy;

    /// <summary>The VM: <c>VM 101 (db1) on pve1</c>.</summary>
    public string Vm
    {
        get
        {
            string name = Record.Name is null ? "" : $" ({SafeText.Escape(Record.Name)})";
            return $"VM {Record.Vmid}{name} on {SafeText.Escape(Record.Node)}";
        }
    }

    /// <summary>What the VM is now, in a word or three.</summary>
    public string State =>
        IsCritical ? "critical"
        : HasRecovered ? "recovered"
        : "no longer critical";

    /// <summary>In words, on one line, with what a guest wrote made printable.</summary>
    public string Text
    {
        get
        {
            string state =
                IsCritical ? "is"
                : HasRecovered ? "has recovered:"
                : "is no longer critical:";
            return IsTest
                ? $"test alert from lamboot-pve-monitor on {SafeText.Escape(Record.Node)}: nothing is wrong"
                : $"{Vm} {state} {HealthText.Line(Record)}";
        }
    }
}
