using LamBoot.Faults.Tracing;

namespace LamBoot.Faults.Judging;

/// <summary>What a subject does without a fault: what its other runs are held against.</summary>
/// <param name="Before">The tree before it.</param>
/// <param name="After">The tree behind it.</param>
/// <param name="Ran">How it ended.</param>
public sealed record Reference(TreeState Before, TreeState After, Ran Ran)
{
    /// <summary>The files that may be there once all is well again.</summary>
    public HashSet<string> Names { get; } = [.. Before.Names(), .. After.Names()];

    /// <summary>How the same run ends once more: a VM that is detached is not detached twice.</summary>
    public HashSet<string> EndsAgain { get; } = [];

    /// <summary>Whether another run did the same. What was not as it is here before that run does not count.</summary>
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

    /// <summary>Whether a path is of what a run is there for, and not how it came to it.</summary>
    public static bool IsWork(string path) =>
        !path.StartsWith("/run/", StringComparison.Ordinal)
        && !path.StartsWith("/var/lock/", StringComparison.Ordinal)
        && !path.StartsWith("/var/lib/lamboot/state", StringComparison.Ordinal) // who has what, and not what it is
        && !path.EndsWith(".prom", StringComparison.Ordinal) // what it tells, and not what it does
        && !path.Contains(".lamboot-", StringComparison.Ordinal);
}
