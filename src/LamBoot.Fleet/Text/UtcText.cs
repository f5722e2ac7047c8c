using System.Globalization;

namespace LamBoot.Fleet.Text;

/// <summary>Times as in all documents and records: <c>2026-04-22T14:37:22Z</c>.</summary>
public static class UtcText
{
    /// <summary>The length of such a text.</summary>
    internal const int Length = 20;

    /// <summary>A time in UTC, to the second.</summary>
    public static string Format(DateTimeOffset time) =>
        time.UtcDateTime.ToString("s", CultureInfo.InvariantCulture) + "Z";

    /// <summary>Parses such a text; null if it is not one.</summary>
    public static DateTimeOffset? Parse(string? text) =>
        DateTime.TryParseExact(
            text,
            "yyyy-MM-dd'T'HH:mm:ss'Z'",
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
            out DateTime time
        )
            ? new DateTimeOffset(time)
            : null;
}
