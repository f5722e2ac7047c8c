using LamBoot.Linux.Libc;

namespace LamBoot.Linux;

/// <summary>
/// The host's time zone, by mktime(3). .NET's TimeZoneInfo would be a tenth of the hook's program, which each start of a VM reads, and few
/// VMs have local time.
/// </summary>
public static class LocalTime
{
    private const int FirstYear = 1900; // struct tm counts from it

    /// <summary>The time in UTC. Of an hour that there is twice it is one, of one that there is not the hour after.</summary>
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
            IsSummerTime = -1, // mktime finds out
        };
        return DateTime.UnixEpoch.AddSeconds(TimeCalls.MakeTime(ref time));
    }
}
