using LamBoot.Linux.Libc;

namespace LamBoot.Linux;

/// <summary>
/// Converts from the host's time zone with mktime(3). .NET's TimeZoneInfo would make up a tenth of the hook's program, which is loaded at
/// each start of a VM, and few VMs use local time.
/// </summary>
public static class LocalTime
{
    private const int FirstYear = 1900; // the base year of struct tm

    /// <summary>
    /// Converts a time to UTC. In an hour that occurs twice, the result is one of the two; in a skipped hour, it is an hour later.
    /// </summary>
    /// <param name="local">A time by the host's clock.</param>
    public static DateTime ToUtc(DateTime local)
    {
        TimeCalls.BrokenDownTime time = new()
        {
            Second = local.Second,
            Minute = local.Minute,
            Hour = local.Hour,
            Day = local.Day,
            Month = local.Month - 1,
            Year = local.Year - FirstYear,
            IsSummerTime = -1, // mktime determines it
        };
        return DateTime.UnixEpoch.AddSeconds(TimeCalls.MakeTime(ref time));
    }
}
