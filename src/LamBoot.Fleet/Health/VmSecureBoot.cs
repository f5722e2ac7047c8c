using LamBoot.Fleet.Identity;
using LamBoot.Fleet.SecureBoot;
using LamBoot.Nvram.Variables;
using LamBoot.Pve.Config;

namespace LamBoot.Fleet.Health;

/// <summary>Collects the facts that a VM's Secure Boot verdict is based on, after reading its store or failing to.</summary>
public static class VmSecureBoot
{
    /// <summary>Returns the facts.</summary>
    /// <param name="vmid">The VM.</param>
    /// <param name="config">Its configuration.</param>
    /// <param name="read">Its health, as just read.</param>
    /// <param name="image">The image read along with it; null if none.</param>
    public static SecureBootFacts Facts(int vmid, VmConfig config, HealthRecord read, StoreImage? image)
    {
        SecureBootFacts facts = new()
        {
            Vmid = vmid,
            Config = config,
            AwaitsLamBoot = read.Error?.Kind == HealthErrorKind.NoLamBootVariables && GivenIdentity.IsAttached(config),
        };
        return (read.Error, image) switch
        {
            ({ Kind: HealthErrorKind.NotOvmf } error, _) => Gap(SecureBootKind.NoStore, error.Detail, null),
            ({ Kind: HealthErrorKind.NoEfiDisk } error, _) => Gap(
                SecureBootKind.NoStore,
                error.Detail,
                $"qm set {vmid} --efidisk0 STORAGE:0,efitype=4m,pre-enrolled-keys=1"
            ),
            ({ Kind: HealthErrorKind.Erased }, _) => Empty(),
            ({ } error, null) => Gap(SecureBootKind.Unreadable, error.Detail, null),
            ({ Kind: HealthErrorKind.Corrupt or HealthErrorKind.UnknownFormat } error, _) => Gap(
                SecureBootKind.Unreadable,
                error.Detail,
                null
            ),
            (_, { } store) => SecureBootReport.Read(store) is { } keys ? facts with { Keys = keys }
            : IsFresh(store) ? Empty()
            : facts,
            _ => Gap(SecureBootKind.Unreadable, "its store was not read", null),
        };

        SecureBootFacts Empty() =>
            Gap(SecureBootKind.NoStore, "its EFI disk is empty: no firmware has written it yet", $"qm start {vmid}");

        SecureBootFacts Gap(SecureBootKind kind, string reason, string? fix) =>
            facts with
            {
                Gap = kind,
                GapReason = reason,
                GapFix = fix,
            };
    }

    /// <summary>Whether an image is untouched, like an aarch64 image before its first boot.</summary>
    private static bool IsFresh(StoreImage image) =>
        VariableStore.TryOpen(image.Bytes, image.Size, out VariableStore store, out _) && store.Size == 0;
}
