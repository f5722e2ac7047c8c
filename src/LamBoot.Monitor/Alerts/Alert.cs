using LamBoot.Fleet.Health;
using LamBoot.Fleet.Text;

namespace LamBoot.Monitor.Alerts;

/// <summary>A VM became critical, or ceased to be.</summary>
/// <param name="Record">Its current health.</param>
/// <param name="IsCritical">Whether it is critical now.</param>
/// <param name="Uuid">What distinguishes it from another VM with the same VMID; null if its configuration has none.</param>
internal sealed record Alert(HealthRecord Record, bool IsCritical, string? Uuid)
{
    /// <summary>Whether it belongs to no VM and only tests whether alerts arrive.</summary>
    public bool IsTest { get; init; }

    /// <summary>What it is about: two alerts with the same key say the same.</summary>
    public (int? Vmid, string? Uuid, bool IsCritical) Key => (Record.Vmid, Uuid, IsCritical);

    /// <summary>The name of the event, for programs.</summary>
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

    /// <summary>The VM's current state, in one to three words.</summary>
    public string State =>
        IsCritical ? "critical"
        : HasRecovered ? "recovered"
        : "no longer critical";

    /// <summary>The alert in words, on one line, with guest-written text made printable.</summary>
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
