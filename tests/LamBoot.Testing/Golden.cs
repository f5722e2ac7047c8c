using System.Globalization;
using System.Text.RegularExpressions;
using LamBoot.Testing.Trees;
using Shouldly;

namespace LamBoot.Testing;

/// <summary>
/// Golden files for output that people read: <c>CLASS.METHOD.approved.txt</c> beside the test; a missing one fails. (Shouldly does the
/// work; only this class knows that.)
/// </summary>
public static partial class Golden
{
    /// <summary>Compares text with its golden file, after normalizing the present time and the scratch folder.</summary>
    public static void ShouldBeGolden(this string text, HostTree? tree = null)
    {
        if (tree is not null)
        {
            text = text.Replace(tree.Root, "ROOT", StringComparison.Ordinal);
        }

        HideNow(text)
            .ShouldMatchApproved(options => options.NoDiff().LocateTestMethodUsingAttribute<Xunit.FactAttribute>());
    }

    /// <summary>The text with <c>NOW</c> in place of every time in the last hour; the corpus's stores have other times.</summary>
    public static string HideNow(string text) =>
        Time()
            .Replace(
                text,
                match => IsNow(DateTimeOffset.Parse(match.Value, CultureInfo.InvariantCulture)) ? "NOW" : match.Value
            );

    private static bool IsNow(DateTimeOffset time) => (DateTimeOffset.UtcNow - time).Duration() < TimeSpan.FromHours(1);

    [GeneratedRegex(@"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")]
    private static partial Regex Time();
}
