using LamBoot.Fleet.Text;
using LamBoot.Nvram.Boot;
using LamBoot.Nvram.Boot.Crashes;
using LamBoot.Nvram.Variables;

namespace LamBoot.Fleet.Health.Verdicts;

/// <summary>What a variable store says about its VM's boots.</summary>
public sealed class StoreEvidence
{
    /// <summary>Whether it holds any LamBoot variables.</summary>
    public bool HasLamBoot { get; init; }

    /// <summary>LamBootState, as last written by the loader or the guest.</summary>
    public BootState? State { get; init; }

    /// <summary>Whether it holds a LamBootState of another size.</summary>
    public bool IsStateMalformed { get; init; }

    /// <summary>LamBootCrashCount, which lags one boot behind.</summary>
    public int CrashCount { get; init; }

    /// <summary>How many boots in a row were not confirmed, the last one included: <c>4 boots</c>. The loader counts to 255.</summary>
    public string UnconfirmedBoots =>
        CrashCount < byte.MaxValue ? Plural.Of(CrashCount + 1, "boot") : $"more than {byte.MaxValue} boots";

    /// <summary>Who wrote BootedOK; null if nobody did.</summary>
    public BootConfirmer? ConfirmedBy { get; init; }

    /// <summary>
    /// Whether LamBoot ran in the firmware's last boot; if not, its state and count are from an earlier boot. Null if unknown.
    /// </summary>
    public bool? HasLoaderBegun { get; init; }

    /// <summary>
    /// Whether the loader began a boot and left the state at Fresh, as it does in the first boot of a VM with a vmgenid. The loader writes
    /// the timestamp after the state; whoever resets the state from outside does not.
    /// </summary>
    public bool IsBootOfFresh { get; init; }

    /// <summary>When the loader last began, UTC; null if it has no clock.</summary>
    public DateTimeOffset? LoaderBegan { get; init; }

    /// <summary>The firmware's boot count (MTC); null if the store does not hold one.</summary>
    public uint? FirmwareBoots { get; init; }

    /// <summary>The newest crash in the store; null if none.</summary>
    public CrashEvidence? Crash { get; init; }

    /// <summary>Whether the guest's operating system confirmed the firmware's last boot.</summary>
    public bool IsConfirmed =>
        State == BootState.BootedOK && ConfirmedBy != BootConfirmer.Loader && HasLoaderBegun != false;

    /// <summary>Whether, by LamBoot's state, a boot began that nobody has confirmed.</summary>
    public bool IsUnconfirmed => State is BootState.Booting or BootState.CrashLoop || IsBootOfFresh;

    /// <summary>Reads the evidence from a store.</summary>
    /// <param name="store">The store.</param>
    /// <param name="boot">LamBoot's variables in it; null if none.</param>
    /// <param name="loaderBegan">The time in them, UTC.</param>
    public static StoreEvidence Read(VariableStore store, BootRecord? boot, DateTimeOffset? loaderBegan) =>
        new()
        {
            HasLamBoot = boot is not null,
            State = boot?.State,
            IsStateMalformed = boot?.IsStateMalformed == true,
            CrashCount = boot?.CrashCount ?? 0,
            ConfirmedBy = boot?.ConfirmedBy,
            HasLoaderBegun = boot?.HasLoaderBegun,
            IsBootOfFresh = boot is { State: BootState.Fresh, IsStampedLast: true },
            LoaderBegan = loaderBegan,
            FirmwareBoots = BootCounter.Read(store),
            Crash = CrashRecords.Any(store) ? CrashEvidence.Newest(store, boot) : null,
        };
}
