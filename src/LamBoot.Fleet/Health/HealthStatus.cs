using LamBoot.Nvram.Boot;

namespace LamBoot.Fleet.Health;

/// <summary>What a boot record means.</summary>
public static class HealthStatus
{
    /// <summary>The guest boots.</summary>
    public const string Healthy = "healthy";

    /// <summary>A boot was not confirmed.</summary>
    public const string Warning = "warning";

    /// <summary>The guest is in a crash loop.</summary>
    public const string Critical = "critical";

    /// <summary>The store could not be read, or holds no state that LamBoot writes.</summary>
    public const string Unknown = "unknown";

    /// <summary>The status of a record.</summary>
    /// <param name="boot">The record.</param>
    /// <param name="crashThreshold">Booting with this many crashes is critical.</param>
    public static string Of(BootRecord boot, int crashThreshold)
    {
        int crashes = boot.CrashCount ?? 0;
        return boot.State switch
        {
            BootState.CrashLoop => Critical,
            BootState.Booting => crashes >= crashThreshold ? Critical : Warning,
            _ when crashes > 0 => Warning,
            BootState.Fresh or BootState.BootedOK => Healthy,
            _ => Unknown, // no state, or one that LamBoot does not have
        };
    }
}
