using LamBoot.Fleet.Text;

namespace LamBoot.Fleet.Health.Verdicts;

/// <summary>What is known of an age.</summary>
public enum AgeBound
{
    /// <summary>It is as given.</summary>
    None,

    /// <summary>It is less than given.</summary>
    AtMost,

    /// <summary>It is more than given.</summary>
    AtLeast,
}

/// <summary>How long ago a firmware last booted.</summary>
/// <param name="Time">The time since.</param>
/// <param name="Bound">Whether that is the age, or all that is known of it.</param>
public readonly record struct BootAge(TimeSpan Time, AgeBound Bound = AgeBound.None)
{
    /// <summary>Whether the boot is known to be younger than a time.</summary>
    public bool IsLessThan(TimeSpan time) => Bound != AgeBound.AtLeast && Time < time;

    /// <summary>The age for people: <c>3 h</c>, <c>less than 3 h</c>, <c>more than 3 h</c>.</summary>
    public override string ToString() =>
        Bound switch
        {
            AgeBound.AtMost => $"less than {AgeText.Of(Time)}",
            AgeBound.AtLeast => $"more than {AgeText.Of(Time)}",
            _ => AgeText.Of(Time),
        };
}
