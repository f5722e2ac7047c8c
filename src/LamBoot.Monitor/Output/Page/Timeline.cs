using System.Globalization;

namespace LamBoot.Monitor.Output.Page;

/// <summary>The time range shared by all strips on the page: as long as the boots need, at most 30 days.</summary>
internal sealed class Timeline
{
    /// <summary>The position of the current time: a mark there still has its width.</summary>
    private const double End = 98.5;

    private static readonly (TimeSpan Length, TimeSpan Step)[] Lengths =
    [
        (TimeSpan.FromDays(1), TimeSpan.FromHours(6)),
        (TimeSpan.FromDays(3), TimeSpan.FromDays(1)),
        (TimeSpan.FromDays(7), TimeSpan.FromDays(1)),
        (TimeSpan.FromDays(14), TimeSpan.FromDays(3)),
        (TimeSpan.FromDays(30), TimeSpan.FromDays(7)),
    ];

    private readonly DateTimeOffset _from;
    private readonly DateTimeOffset _now;
    private readonly TimeSpan _step;

    /// <summary>Creates the timeline for some boots.</summary>
    /// <param name="boots">The times of the boots.</param>
    /// <param name="now">The time.</param>
    public Timeline(IEnumerable<DateTimeOffset> boots, DateTimeOffset now)
    {
        DateTimeOffset oldest = boots.Append(now).Min();
        (TimeSpan length, _step) = Array.Find(Lengths, each => now - oldest < each.Length) is { Length.Ticks: > 0 } fit
            ? fit
            : Lengths[^1];
        (_from, _now) = (now - length, now);
    }

    /// <summary>Its length, in words.</summary>
    public string Length =>
        $"{(_now - _from).TotalDays:0} days".Replace("1 days", "24 hours", StringComparison.Ordinal);

    /// <summary>The position of a time, in percent from the left; null if it is before the start.</summary>
    public double? At(DateTimeOffset time) => time < _from ? null : End * Math.Min((time - _from) / (_now - _from), 1);

    /// <summary>The dates along it.</summary>
    public IEnumerable<(double At, string Label)> Dates()
    {
        const double Last = 90; // after it, a date has no room
        DateTimeOffset time = new(_from.UtcDateTime.Date, TimeSpan.Zero);
        for (; time < _now; time += _step)
        {
            if (At(time) is { } at and < Last)
            {
                string format = _step < TimeSpan.FromDays(1) && time.Hour != 0 ? "HH:mm" : "d MMM";
                yield return (at, time.ToString(format, CultureInfo.InvariantCulture));
            }
        }
    }
}
