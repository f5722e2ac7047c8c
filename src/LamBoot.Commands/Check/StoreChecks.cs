using System.Globalization;
using LamBoot.Commands.Boot;
using LamBoot.Fleet.Config;
using LamBoot.Fleet.Health;
using LamBoot.Linux;
using LamBoot.Linux.Processes;
using LamBoot.Pve.Config;
using LamBoot.Pve.Qemu;
using LamBoot.Pve.Storage;

namespace LamBoot.Commands.Check;

/// <summary>What <c>check</c> finds in VMs' variable stores. One whose storage hangs is waited for once, and its neighbours there are not.</summary>
internal sealed class StoreChecks(HostRoot root, FleetToml fleet)
{
    private const int FullPercent = 80;

    private readonly HashSet<string> _hanging = [];

    public IEnumerable<Finding> Run(CheckedVm vm)
    {
        bool isReadable =
            vm.IsAttached
            && vm.Config is { IsOvmf: true, EfiVolume: { } volume }
            && new NodeStorages(root).WhyNone(volume) is null
            && !_hanging.Contains(volume.Storage);
        return isReadable ? Findings(vm.Vmid, vm.Config) : [];
    }

    private IEnumerable<Finding> Findings(int vmid, VmConfig config)
    {
        HealthProbe probe = new(root, fleet, "inspect");
        Read(probe, vmid, config);
        if (probe.Image is not { } image || BootReport.Read(image, new(config)) is not { } boot)
        {
            return [];
        }

        return [.. Order(vmid, boot), .. Next(vmid, boot), .. Room(vmid, probe.Store!)];
    }

    private void Read(HealthProbe probe, int vmid, VmConfig config)
    {
        try
        {
            VmPower power = VmPower.Of(root, vmid, QemuProcess.Find(root, vmid));
            HealthRecord health = BoundedCall.Run($"VM {vmid}'s EFI disk", () => probe.ReadStore(vmid, config, power));
            if (health.Error is { Kind: HealthErrorKind.Unreadable or HealthErrorKind.Timeout } error)
            {
                throw new HostException($"its EFI disk is {error}");
            }
        }
        catch (HostException e) when (e.Kind == HostErrorKind.Timeout)
        {
            _hanging.Add(config.EfiVolume!.Value.Storage);
            throw;
        }
    }

    private static IEnumerable<Finding> Order(int vmid, BootReport boot)
    {
        if (boot.Order is { } order && !boot.Entries.Any(entry => entry.Place is not null))
        {
            string first = order.Count == 0 ? "it is empty" : $"{order[0]}{(order.Count > 1 ? ", …" : "")}";
            yield return FindingCatalogue.Of(
                "vm-boot-order",
                vmid,
                $"its BootOrder names no entry that there is ({first})",
                $"lamboot-hook boot {vmid} lists the entries, and --order NNNN,… sets the order while it is stopped"
            );
        }
    }

    private static IEnumerable<Finding> Next(int vmid, BootReport boot)
    {
        if (boot.Next is { } next)
        {
            string what = boot.Entries.FirstOrDefault(entry => entry.Number == next) is { } entry
                ? BootText.Entry(next, entry.Description)
                : $"{next}, which is no entry";
            yield return FindingCatalogue.Of(
                "vm-boot-next",
                vmid,
                $"its next boot goes to {what} (BootNext), and not by the order",
                $"that boot takes it away; lamboot-hook boot {vmid} --next none does so now, while it is stopped"
            );
        }
    }

    private static IEnumerable<Finding> Room(int vmid, StoreReport store)
    {
        long live = store.UsedBytes!.Value - store.DeletedBytes!.Value;
        if (live * 100 > (long)store.StoreBytes!.Value * FullPercent)
        {
            string percent = string.Create(CultureInfo.InvariantCulture, $"{live * 100 / store.StoreBytes.Value}");
            yield return FindingCatalogue.Of(
                "vm-store-full",
                vmid,
                $"its variables take {live} of {store.StoreBytes} bytes ({percent} %): no room for a kernel's panic, new boot entries or dbx",
                $"lamboot-hook inspect {vmid} --all shows what takes it; lamboot-hook boot {vmid} --remove NNNN, or in the guest, frees some"
            );
        }
    }
}
