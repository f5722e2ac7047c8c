using LamBoot.Nvram.Boot;
using LamBoot.Nvram.Boot.Crashes;
using LamBoot.Nvram.Variables;

namespace LamBoot.Fleet.Health.Verdicts;

/// <summary>The newest crash in a store.</summary>
/// <param name="Summary">The summary of the crash.</param>
/// <param name="FirmwareBoot">The firmware boot in which it happened, by the order of the store's records; null if a reclaim has removed that
/// information.</param>
/// <param name="IsOfLastBoot">Whether it happened in the last boot; null if the store has no counter.</param>
/// <param name="IsConfirmedSince">Whether the guest has confirmed a boot since.</param>
public sealed record CrashEvidence(CrashSummary Summary, uint? FirmwareBoot, bool? IsOfLastBoot, bool IsConfirmedSince)
{
    /// <summary>Returns the newest crash; null if there is none, or only something that looks like one.</summary>
    /// <param name="store">The store.</param>
    /// <param name="boot">LamBoot's variables in it; null if none.</param>
    public static CrashEvidence? Newest(VariableStore store, BootRecord? boot)
    {
        if (CrashRecords.Newest(store) is not { } crash)
        {
            return null;
        }

        bool isConfirmedSince = boot is { ConfirmedBy: BootConfirmer.Guest } && boot.StateOffset > crash.Offset;
        return new(CrashSummary.Of(crash), crash.FirmwareBoot, crash.IsOfLastBoot, isConfirmedSince);
    }
}
