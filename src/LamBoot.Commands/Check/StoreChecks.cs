using System.Globalization;
using LamBoot.Commands.Boot;
using LamBoot.Commands.Selection;
using LamBoot.Fleet.Config;
using LamBoot.Fleet.Health;
using LamBoot.Fleet.SecureBoot;
using LamBoot.Linux;
using LamBoot.Pve.Config;
using LamBoot.Pve.Storage;

namespace LamBoot.Commands.Check;

/// <summary>The checks of VMs' variable stores.</summary>
internal sealed class StoreChecks(HostRoot root, FleetToml fleet)
{
    private const int FullPercent = 80;

    private readonly StoreReads _reads = new(root, fleet);

    public IEnumerable<Finding> Run(CheckedVm vm)
    {
        bool isReadable =
            vm.IsAttached
            && vm.Config is { IsOvmf: true, EfiVolume: { } volume }
            && new NodeStorages(root).WhyNone(volume) is null
            && !_reads.IsHanging(vm.Config);
        return isReadable ? Findings(vm.Vmid, vm.Config) : [];
    }

    private IEnumerable<Finding> Findings(int vmid, VmConfig config)
    {
        HealthRecord health = _reads.Read(vmid, config, out HealthProbe probe);
        if (health is { Error: { } error } && (health.IsUnread || health.IsAbsent))
        {
            throw new HostException(error.Kind == HealthErrorKind.Timeout ? error.Detail : $"its EFI disk: {error}");
        }

        if (probe.Image is not { } image || BootReport.Read(image, new(config)) is not { } boot)
        {
            return [];
        }

        SecureBootVerdict keys = SecureBootVerdict.Of(VmSecureBoot.Facts(vmid, config, health, image));
        return [.. Order(vmid, boot), .. Next(vmid, boot), .. Room(vmid, probe.Store!), .. SecureBoot(vmid, keys)];
    }

    private static IEnumerable<Finding> Order(int vmid, BootReport boot)
    {
        if (boot.Order is { } order && !boot.Entries.Any(entry => entry.Place is not null))
        {
            string fault =
                order.Count == 0
                    ? "is empty"
                    : $"names only missing entries ({order[0]}{(order.Count > 1 ? ", …" : "")})";
            yield return FindingCatalogue.Of(
                "vm-boot-order",
                vmid,
                $"its BootOrder {fault}",
                $"lamboot-hook boot {vmid} lists the entries, --order NNNN,… sets the order while the VM is stopped"
            );
        }
    }

    private static IEnumerable<Finding> Next(int vmid, BootReport boot)
    {
        if (boot.Next is { } next)
        {
            string what = boot.Entries.FirstOrDefault(entry => entry.Number == next) is { } entry
                ? BootText.Entry(next, entry.Description)
                : $"{next}, which does not exist";
            yield return FindingCatalogue.Of(
                "vm-boot-next",
                vmid,
                $"its next boot goes to {what} (BootNext), ignoring the boot order",
                $"that boot clears it; to clear it now, while the VM is stopped: lamboot-hook boot {vmid} --next none"
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
                $"lamboot-hook inspect {vmid} --all shows what uses it; free some with lamboot-hook boot {vmid} --remove NNNN, or in the guest"
            );
        }
    }

    private static IEnumerable<Finding> SecureBoot(int vmid, SecureBootVerdict verdict)
    {
        if (verdict.Kind.IsLacking())
        {
            yield return FindingCatalogue.Of(
                "vm-secure-boot",
                vmid,
                $"it enforces Secure Boot, but its store {(verdict.Kind == SecureBootKind.Lacks2023 ? verdict.Reason : $"lacks: {verdict.Reason}")}",
                $"{verdict.Fix}, with the VM stopped (details: lamboot-hook secureboot {vmid})"
            );
        }
    }
}
