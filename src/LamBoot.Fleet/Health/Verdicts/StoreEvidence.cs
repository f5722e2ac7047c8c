using LamBoot.Nvram.Boot;
using LamBoot.Nvram.Boot.Crashes;
using LamBoot.Nvram.Variables;

namespace LamBoot.Fleet.Health.Verdicts;

/// <summary>What a variable store says of its VM's boots.</summary>
public sealed class StoreEvidence
{
    /// <summary>Whether it holds any variable of LamBoot's.</summary>
    public bool HasLamBoot { get; init; }

    /// <summary>LamBootState, as the loader or the guest wrote it last.</summary>
    public BootState? State { get; init; }

    /// <summary>LamBootCrashCount: it lags a boot behind.</summary>
    public int CrashCount { get; init; }

    /// <summary>Who wrote BootedOK; null where nobody did.</summary>
    public BootConfirmer? ConfirmedBy { get; init; }

    /// <summary>
    /// Whether LamBoot began in the firmware's last boot; where not, its state and count are those of the boot before. Null where that is
    /// not known.
    /// </summary>
    public bool? HasLoaderBegun { get; init; }

    /// <summary>
    /// Whether the loader began a boot and left Fresh as its state, as it does in the first boot of a VM with a vmgenid. It stamps the time
    /// behind the state; who resets the state from outside does not.
    /// </summary>
    public bool IsBootOfFresh { get; init; }

    /// <summary>When the loader began last, UTC; null where it has no clock.</summary>
    public DateTimeOffset? LoaderBegan { get; init; }

    /// <summary>How often the firmware has booted (MTC); null where the store does not say.</summary>
    public uint? FirmwareBoots { get; init; }

    /// <summary>The newest crash that it holds; null for none.</summary>
    public CrashEvidence? Crash { get; init; }

    /// <summary>Whether the guest's system confirmed the firmware's last boot.</summary>
    public bool IsConfirmed =>
        State == BootState.BootedOK && ConfirmedBy != BootConfirmer.Loader && HasLoaderBegun != false;

    /// <summary>Whether a boot began that nobody has confirmed, by LamBoot's state.</summary>
    public bool IsUnconfirmed => State is BootState.Booting or BootState.CrashLoop || IsBootOfFresh;

    /// <summary>Reads it from a store.</summary>
    /// <param name="store">The store.</param>
    /// <param name="boot">LamBoot's variables in it; null for none.</param>
    /// <param name="loaderBegan">The time in them, UTC.</param>
    public static StoreEvidence Read(VariableStore store, BootRecord? boot, DateTimeOffset? loaderBegan) =>
        new()
        {
            HasLamBoot = boot is not null,
            State = boot?.State,
            CrashCount = boot?.CrashCount ?? 0,
            ConfirmedBy = boot?.ConfirmedBy,
            HasLoaderBegun = boot?.HasLoaderBegun,
            IsBootOfFresh = boot is { State: BootState.Fresh, IsStampedLast: true },
            LoaderBegan = loaderBegan,
            FirmwareBoots = BootCounter.Read(store),
            Crash = CrashRecords.Any(store) ? CrashEvidence.Newest(store, boot) : null,
        };
}
