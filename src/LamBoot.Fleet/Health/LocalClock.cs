namespace LamBoot.Fleet.Health;

/// <summary>The clock of a VM that has local time, as Windows expects it: LamBoot writes its time as it is.</summary>
internal static class LocalClock
{
    /// <summary>The time in UTC, by this node's time zone. Of an hour that there is twice it is the later, of one that there is not the hour after.</summary>
    /// <param name="local">The time as LamBoot wrote it.</param>
    public static DateTime ToUtc(DateTime local)
    {
        TimeZoneInfo zone = TimeZoneInfo.Local;
        DateTime unspecified = DateTime.SpecifyKind(local, DateTimeKind.Unspecified);
        DateTime valid = zone.IsInvalidTime(unspecified) ? unspecified.AddHours(1) : unspecified;
        return TimeZoneInfo.ConvertTimeToUtc(valid, zone);
    }
}
