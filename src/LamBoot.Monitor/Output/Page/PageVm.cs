using LamBoot.Fleet.Crashes;
using LamBoot.Fleet.Health;
using LamBoot.Monitor.Alerts.Kinds;
using LamBoot.Monitor.Screens;
using LamBoot.Monitor.Survey;

namespace LamBoot.Monitor.Output.Page;

/// <summary>A VM of the page, with what is known of it beside its health.</summary>
/// <param name="Vm">Its health.</param>
internal sealed record PageVm(VmHealth Vm)
{
    /// <summary>Its boots by the health log, the oldest first.</summary>
    public IReadOnlyList<HealthRecord> Boots { get; init; } = [];

    /// <summary>The crash that it is in trouble for, if that is kept; else null.</summary>
    public KeptCrash? Crash { get; init; }

    /// <summary>What its console showed; null where it is not broken.</summary>
    public ConsolePicture? Console { get; init; }

    /// <summary>Its health.</summary>
    public HealthRecord Record => Vm.Record;

    /// <summary>The record of its last boot that its guest confirmed; null for none.</summary>
    public HealthRecord? LastGood => VmPast.Of(Boots, Record).LastGood;

    /// <summary>Since when it is as it is, by the surveys and by the log, of which either may know more; null where neither does.</summary>
    public DateTimeOffset? Since
    {
        get
        {
            DateTimeOffset? logged =
                Record.Status == HealthStatus.Critical && Boots is [.., { Status: HealthStatus.Critical }]
                    ? Fleet.Text.UtcText.Parse(VmPast.Of(Boots, Record).Since)
                    : null;
            return Vm.Since is null || logged < Vm.Since ? logged ?? Vm.Since : Vm.Since;
        }
    }
}
