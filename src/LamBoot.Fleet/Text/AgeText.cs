using System.Globalization;

namespace LamBoot.Fleet.Text;

/// <summary>A duration for people, in its most significant unit: <c>40 s</c>, <c>12 min</c>, <c>3 h</c>, <c>5 d</c>.</summary>
public static class AgeText
{
    /// <summary>Formats a duration; a negative one, from a clock that was set back, counts as zero.</summary>
    public static string Of(TimeSpan time)
    {
        (double value, string unit) = time switch
        {
            { TotalSeconds: < 0 } => (0, "s"),
            { TotalMinutes: < 2 } => (time.TotalSeconds, "s"),
            { TotalHours: < 2 } => (time.TotalMinutes, "min"),
            { TotalDays: < 2 } => (time.TotalHours, "h"),
            _ => (time.TotalDays, "d"),
        };
        return string.Create(CultureInfo.InvariantCulture, $"{(long)value} {unit}");
    }
}
