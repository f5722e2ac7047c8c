using LamBoot.Nvram.Boot;
using LamBoot.Nvram.Boot.Crashes;
using LamBoot.Nvram.Variables;

namespace LamBoot.Fleet.Health.Verdicts;

/// <summary>The newest crash that a store holds.</summary>
/// <param name="Summary">What it was.</param>
/// <param name="FirmwareBoot">In which of the firmware's boots, by the order of the store's records; null where a reclaim took that away.</param>
/// <param name="IsOfLastBoot">Whether it was in the last one; null where the store has no counter.</param>
/// <param name="IsConfirmedSince">Whether the guest confirmed a boot after it.</param>
public sealed record CrashEvidence(CrashSummary Summary, uint? FirmwareBoot, bool? IsOfLastBoot, bool IsConfirmedSince)
{
    /// <summary>The newest; null where what looks like one is none.</summary>
    /// <param name="store">The store.</param>
    /// <param name="boot">LamBoot's variables in it; null for none.</param>
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
