namespace LamBoot.Faults.Judging;

/// <summary>A violated invariant.</summary>
/// <param name="What">The invariant.</param>
/// <param name="Detail">What was observed.</param>
public sealed record Broken(string What, string Detail);

/// <summary>An invariant violated by a run.</summary>
/// <param name="Subject">The run.</param>
/// <param name="Fault">What was done to it.</param>
/// <param name="Hit">The call at which it was done.</param>
/// <param name="Broke">The invariant.</param>
/// <param name="Detail">What was observed.</param>
public sealed record Finding(string Subject, string Fault, string Hit, string Broke, string Detail)
{
    /// <summary>A line for each invariant, subject and call, with all faults that violated it there.</summary>
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
