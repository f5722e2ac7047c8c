namespace LamBoot.Faults;

/// <summary>Which faults a subject gets.</summary>
public static class Plan
{
    private const int LongerThanTheDeadline = 4000;

    private static readonly string[] Limits = ["nofile:4", "nofile:5", "nofile:6", "nofile:7", "nofile:8"];

    // Memory is refused the program by the kernel: it aborts.
    private static readonly string[] SnippetLimits = ["as:3000000000", "as:1000000000", "as:100000000"];

    /// <summary>Everything.</summary>
    public static void Whole(Harness harness, Subject subject) =>
        harness.Run(
            subject,
            calls =>
                subject.Program is null
                    ? [.. At(calls, Fault.At), .. Limits.Select(Fault.Limited), .. subject.IsPhase ? Delays(calls) : []]
                    : [.. At(calls, Fault.AbortsAt), .. SnippetLimits.Select(Fault.Limited)]
        );

    /// <summary>Errors and signals at each call, and the limits.</summary>
    public static void Bounded(Harness harness, Subject subject) =>
        harness.Run(
            subject,
            calls => [.. At(calls, Fault.At), .. Limits.Select(Fault.Limited), .. Delays(calls).Take(2)]
        );

    /// <summary>A host that stays in trouble, in the phases of a clone and of an ordinary VM.</summary>
    public static void Conditions(Harness harness, string part)
    {
        foreach (Condition condition in Condition.All)
        {
            foreach (
                Subject subject in Subjects.All.Where(subject =>
                    subject.IsPhase && subject.Before.Count < 2 && !subject.Name.Contains(',')
                )
            )
            {
                if (subject.Name.Contains(part, StringComparison.Ordinal))
                {
                    harness.Run(
                        subject with
                        {
                            Name = $"{subject.Name}, {condition.Name}",
                            Condition = condition,
                        },
                        _ => [Fault.Limited("none")]
                    );
                }
            }
        }
    }

    private static IEnumerable<Fault> At(IReadOnlyList<SystemCall> calls, Func<int, IEnumerable<Fault>> faults) =>
        Enumerable.Range(1, calls.Count).SelectMany(faults);

    /// <summary>One sync, and one open of a file, that takes longer than the deadline.</summary>
    private static IEnumerable<Fault> Delays(IReadOnlyList<SystemCall> calls) =>
        calls
            .Index()
            .Where(call => call.Item.Name is "fsync")
            .Select(call => Fault.Delay(call.Index + 1, LongerThanTheDeadline));
}
