using LamBoot.Fleet.Config;

namespace LamBoot.Fleet.Health.Verdicts;

/// <summary>The limits of the rules: keys of <c>[monitor]</c>.</summary>
/// <param name="CrashThreshold"><c>crash_threshold</c>: a crash loop from this count on.</param>
/// <param name="ResetThreshold"><c>reset_threshold</c>: a reset loop from this many boots on.</param>
/// <param name="ResetWindow"><c>reset_window_seconds</c>: within this time.</param>
/// <param name="BootGrace"><c>boot_grace_seconds</c>: so long a boot may take.</param>
public sealed record VerdictLimits(int CrashThreshold, int ResetThreshold, TimeSpan ResetWindow, TimeSpan BootGrace)
{
    /// <summary>Those of fleet.toml.</summary>
    public static VerdictLimits Of(FleetConfig config) =>
        new(
            config.CrashThreshold,
            config.ResetThreshold,
            TimeSpan.FromSeconds(config.ResetWindowSeconds),
            TimeSpan.FromSeconds(config.BootGraceSeconds)
        );

    /// <summary>From this time a boot on, a run of many boots is no loop.</summary>
    public TimeSpan TimePerReset => ResetWindow / ResetThreshold;
}
