using System.Globalization;

namespace LamBoot.Fleet.Text;

/// <summary>Counts in words that agree with their number: <c>1 error</c>, <c>2 errors</c>.</summary>
public static class Plural
{
    /// <summary>A count with its noun.</summary>
    /// <param name="count">The count.</param>
    /// <param name="one">The singular.</param>
    /// <param name="many">The plural, also used for zero; null for the singular plus an s.</param>
    public static string Of(long count, string one, string? many = null) =>
        string.Create(CultureInfo.InvariantCulture, $"{count} {Word(count, one, many)}");

    /// <summary>The word that agrees with a count: <c>it</c> or <c>they</c>.</summary>
    /// <inheritdoc cref="Of"/>
    public static string Word(long count, string one, string? many = null) => count == 1 ? one : many ?? one + "s";
}
