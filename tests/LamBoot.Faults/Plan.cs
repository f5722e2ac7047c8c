using LamBoot.Faults.Judging;
using LamBoot.Faults.Tracing;

namespace LamBoot.Faults;

/// <summary>Which faults a subject gets.</summary>
public static class Plan
{
    private const int MostCalls = 600;
    private const int LongerThanTheDeadline = 4000;

    private static readonly string[] Limits = ["nofile:4", "nofile:5", "nofile:6", "nofile:7", "nofile:8"];

    // The kernel denies the program memory: it aborts.
    private static readonly string[] SnippetLimits = ["as:3000000000", "as:1000000000", "as:100000000"];

    /// <summary>Everything.</summary>
    public static void Whole(Harness harness, Subject subject) =>
        harness.Run(
            subject,
            calls =>
                subject.Program is null
                    ?
                    [
                        .. Each(calls).SelectMany(Fault.At),
                        .. Limits.Select(Fault.Limited),
                        .. subject.IsPhase ? Delays(calls) : [],
                    ]
                    : [.. Each(calls).SelectMany(Fault.AbortsAt), .. SnippetLimits.Select(Fault.Limited)]
        );

    /// <summary>A kill at each call, errors at the first and last of similar calls, the limits, and one sync that takes too long.</summary>
    public static void Bounded(Harness harness, Subject subject) =>
        harness.Run(
            subject,
            calls =>
                [
                    .. Delays(calls).Take(1),
                    .. Ends(calls).SelectMany(Fault.At).Where(fault => !fault.IsSignal),
                    .. At(calls, Fault.At).Where(fault => fault.Name == "SIGKILL"),
                    .. Limits.Select(Fault.Limited),
                ]
        );

    /// <summary>An error at the first and last of similar calls.</summary>
    public static void Failing(Harness harness, Subject subject) =>
        harness.Run(subject, calls => Ends(calls).SelectMany(Fault.At).Where(fault => fault.Name == "EIO"));

    /// <summary>A kill at the first and last of similar calls.</summary>
    public static void Killed(Harness harness, Subject subject) =>
        harness.Run(subject, calls => Ends(calls).SelectMany(Fault.AbortsAt).Where(fault => fault.Name == "SIGKILL"));

    /// <summary>Lasting problems on the host, in the phases of a clone and of an ordinary VM.</summary>
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

    /// <summary>Every call; for one that polls, only the first and the last.</summary>
    private static IEnumerable<int> Each(IReadOnlyList<SystemCall> calls) =>
        calls.Count > MostCalls ? Ends(calls) : Enumerable.Range(1, calls.Count);

    private static IEnumerable<int> Ends(IReadOnlyList<SystemCall> calls) =>
        calls
            .Index()
            .GroupBy(call => (call.Item.Name, TreeState.Canonical(call.Item.Subject)), call => call.Index + 1)
            .SelectMany(alike => alike.Where((index, at) => at == 0 || at == alike.Count() - 1));

    /// <summary>A sync that takes longer than the deadline, each in turn.</summary>
    private static IEnumerable<Fault> Delays(IReadOnlyList<SystemCall> calls) =>
        calls
            .Index()
            .Where(call => call.Item.Name is "fsync")
            .Select(call => Fault.Delay(call.Index + 1, LongerThanTheDeadline));
}
