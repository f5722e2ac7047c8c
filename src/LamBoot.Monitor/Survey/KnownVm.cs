using LamBoot.Fleet.Health;
using LamBoot.Pve.Qemu;
using LamBoot.Pve.Store;

namespace LamBoot.Monitor.Survey;

/// <summary>A VM as last read: as long as its image and everything else are unchanged, it need not be read again.</summary>
internal sealed record KnownVm(VmToRead Vm, ImageStamp Stamp, VmPower Power, HealthRecord Record, DateTimeOffset ReadAt)
{
    /// <summary>Whether everything is unchanged.</summary>
    /// <param name="vm">The VM now.</param>
    /// <param name="stamp">Its image's stamp now.</param>
    /// <param name="power">Its power state now.</param>
    public bool IsAsThen(VmToRead vm, ImageStamp stamp, VmPower power) =>
        Stamp == stamp && Power == power && Vm.Fleet == vm.Fleet && Vm.Config.IsSame(vm.Config);
}
