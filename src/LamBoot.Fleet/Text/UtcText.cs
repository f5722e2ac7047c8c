using System.Globalization;

namespace LamBoot.Fleet.Text;

/// <summary>Times as all documents and records have them: <c>2026-04-22T14:37:22Z</c>.</summary>
public static class UtcText
{
    /// <summary>How long each is.</summary>
    internal const int Length = 20;

    /// <summary>A time in UTC, to the second.</summary>
    public static string Format(DateTimeOffset time) =>
        time.UtcDateTime.ToString("s", CultureInfo.InvariantCulture) + "Z";
}
