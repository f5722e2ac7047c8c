namespace LamBoot.Faults.Judging;

/// <summary>An invariant that does not hold.</summary>
/// <param name="What">Which one.</param>
/// <param name="Detail">What was seen.</param>
public sealed record Broken(string What, string Detail);

/// <summary>An invariant that a run broke.</summary>
/// <param name="Subject">The run.</param>
/// <param name="Fault">What was done to it.</param>
/// <param name="Hit">At which call.</param>
/// <param name="Broke">What broke.</param>
/// <param name="Detail">What was seen.</param>
public sealed record Finding(string Subject, string Fault, string Hit, string Broke, string Detail)
{
    /// <summary>A line for each invariant, subject and call, with all that broke it there.</summary>
    public static IEnumerable<string> Lines(IEnumerable<Finding> findings) =>
        findings
            .GroupBy(finding => (finding.Broke, finding.Subject, finding.Hit))
            .Select(group =>
            {
                string faults = string.Join(
                    ' ',
                    group.Select(finding => finding.Fault).Distinct().Order(StringComparer.Ordinal)
                );
                string detail = group.First().Detail.Trim().ReplaceLineEndings(" / ");
                return $"{group.Key.Broke}: {group.Key.Subject}, {group.Key.Hit}: {faults}: {detail}";
            })
            .Order(StringComparer.Ordinal);
}
