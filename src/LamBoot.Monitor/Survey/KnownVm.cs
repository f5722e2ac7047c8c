using LamBoot.Fleet.Health;
using LamBoot.Pve.Qemu;
using LamBoot.Pve.Store;

namespace LamBoot.Monitor.Survey;

/// <summary>A VM as it was read last: as long as its image and all else are as they were then, it need not be read again.</summary>
internal sealed record KnownVm(VmToRead Vm, ImageStamp Stamp, VmPower Power, HealthRecord Record, DateTimeOffset ReadAt)
{
    /// <summary>Whether all is as it was then.</summary>
    /// <param name="vm">The VM now.</param>
    /// <param name="stamp">Its image's stamp now.</param>
    /// <param name="power">Whether it runs now.</param>
    public bool IsAsThen(VmToRead vm, ImageStamp stamp, VmPower power) =>
        Stamp == stamp && Power == power && Vm.Fleet == vm.Fleet && Vm.Config.IsSame(vm.Config);
}
