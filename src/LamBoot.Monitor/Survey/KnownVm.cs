using LamBoot.Fleet.Health;
using LamBoot.Fleet.Log;
using LamBoot.Pve.Qemu;
using LamBoot.Pve.Store;

namespace LamBoot.Monitor.Survey;

/// <summary>A VM as last read: as long as its image and everything else are unchanged, it need not be read again.</summary>
internal sealed record KnownVm(
    VmToRead Vm,
    ImageStamp Stamp,
    VmPower Power,
    PhaseNotes Notes,
    HealthRecord Record,
    DateTimeOffset ReadAt
)
{
    /// <summary>Whether everything is unchanged.</summary>
    /// <param name="vm">The VM now.</param>
    /// <param name="stamp">Its image's stamp now.</param>
    /// <param name="power">Its power state now.</param>
    /// <param name="notes">The notes of its phases now.</param>
    public bool IsAsThen(VmToRead vm, ImageStamp stamp, VmPower power, PhaseNotes notes) =>
        Stamp == stamp && Power == power && Notes == notes && Vm.Fleet == vm.Fleet && Vm.Config.IsSame(vm.Config);
}
