using LamBoot.Fleet.Crashes;
using LamBoot.Fleet.Health;
using LamBoot.Monitor.Alerts.Kinds;
using LamBoot.Monitor.Screens;
using LamBoot.Monitor.Survey;

namespace LamBoot.Monitor.Output.Page;

/// <summary>A VM on the page, with what is known about it besides its health.</summary>
/// <param name="Vm">Its health.</param>
internal sealed record PageVm(VmHealth Vm)
{
    /// <summary>Its boots according to the health log, oldest first.</summary>
    public IReadOnlyList<HealthRecord> Boots { get; init; } = [];

    /// <summary>The crash that caused its trouble, if it is kept; else null.</summary>
    public KeptCrash? Crash { get; init; }

    /// <summary>What its console showed; null if it is not broken.</summary>
    public ConsolePicture? Console { get; init; }

    public HealthRecord Record => Vm.Record;

    /// <summary>The record of its last boot confirmed by its guest; null if none.</summary>
    public HealthRecord? LastGood => VmPast.Of(Boots, Record).LastGood;
}
