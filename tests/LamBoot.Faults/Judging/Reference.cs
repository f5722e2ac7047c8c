using LamBoot.Faults.Tracing;

namespace LamBoot.Faults.Judging;

/// <summary>What a subject does without a fault, with which its other runs are compared.</summary>
/// <param name="Before">The tree before it.</param>
/// <param name="After">The tree after it.</param>
/// <param name="Ran">How it ended.</param>
public sealed record Reference(TreeState Before, TreeState After, Ran Ran)
{
    /// <summary>The files that may exist once everything is right again.</summary>
    public HashSet<string> Names { get; } = [.. Before.Names(), .. After.Names()];

    /// <summary>How the same run ends when repeated: a VM that is detached is not detached twice.</summary>
    public HashSet<string> EndsAgain { get; } = [];

    /// <summary>Whether another run did the same. Whatever differed before that run does not count.</summary>
    public bool DidAll(TreeState before, TreeState after)
    {
        bool Counts(string path) =>
            IsWork(path)
            && (
                before.Entries.GetValueOrDefault(path) is { } was
                    ? was.IsLike(Before.Entries.GetValueOrDefault(path))
                    : !Before.Entries.ContainsKey(path)
            );
        return After.Key(Counts) == after.Key(Counts);
    }

    /// <summary>Whether a path is part of a run's purpose, rather than of how it is achieved.</summary>
    public static bool IsWork(string path) =>
        !path.StartsWith("/run/", StringComparison.Ordinal)
        && !path.StartsWith("/var/lock/", StringComparison.Ordinal)
        && !path.StartsWith("/var/lib/lamboot/state", StringComparison.Ordinal) // who holds what, not its content
        && !path.EndsWith(".prom", StringComparison.Ordinal) // what it reports, not what it does
        && !path.Contains(".lamboot-", StringComparison.Ordinal);
}
