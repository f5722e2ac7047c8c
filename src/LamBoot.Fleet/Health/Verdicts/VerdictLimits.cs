using LamBoot.Fleet.Config;

namespace LamBoot.Fleet.Health.Verdicts;

/// <summary>The limits of the rules: keys of <c>[monitor]</c>.</summary>
/// <param name="CrashThreshold"><c>crash_threshold</c>: this many consecutive unconfirmed boots are a crash loop.</param>
/// <param name="ResetThreshold"><c>reset_threshold</c>: this many boots are a reset loop.</param>
/// <param name="ResetWindow"><c>reset_window_seconds</c>: the time within which they must happen.</param>
/// <param name="BootGrace"><c>boot_grace_seconds</c>: how long a boot may take.</param>
public sealed record VerdictLimits(int CrashThreshold, int ResetThreshold, TimeSpan ResetWindow, TimeSpan BootGrace)
{
    /// <summary>The limits from fleet.toml.</summary>
    public static VerdictLimits Of(FleetConfig config) =>
        new(
            config.CrashThreshold,
            config.ResetThreshold,
            TimeSpan.FromSeconds(config.ResetWindowSeconds),
            TimeSpan.FromSeconds(config.BootGraceSeconds)
        );

    /// <summary>The time per boot from which a run with many boots is no longer a reset loop.</summary>
    public TimeSpan TimePerReset => ResetWindow / ResetThreshold;
}
