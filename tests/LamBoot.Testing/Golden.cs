using System.Text.RegularExpressions;
using Shouldly;

namespace LamBoot.Testing;

/// <summary>
/// Golden files for what people read: <c>CLASS.METHOD.approved.txt</c> beside the test; a missing one fails. (Shouldly does
/// it; this is the only place that knows.)
/// </summary>
public static partial class Golden
{
    /// <summary>Compares text with its golden file, times and scratch folders made alike.</summary>
    public static void ShouldBeGolden(this string text, HostTree? tree = null)
    {
        if (tree is not null)
        {
            text = text.Replace(tree.Root, "ROOT", StringComparison.Ordinal);
        }

        Now()
            .Replace(text, "NOW")
            .ShouldMatchApproved(options => options.NoDiff().LocateTestMethodUsingAttribute<Xunit.FactAttribute>());
    }

    // The stores of the corpus are of other years.
    [GeneratedRegex(@"202[6-9]-\d\d-\d\dT\d\d:\d\d:\d\dZ")]
    public static partial Regex Now();
}
