using System.Collections.Concurrent;
using LamBoot.Faults.Judging;

namespace LamBoot.Faults;

/// <summary>Remembers what follows from a state, because that is always the same: most faults leave one of a few states.</summary>
public sealed class Memory
{
    private readonly ConcurrentDictionary<string, IReadOnlyList<Broken>> _known = new();

    /// <summary>Whether a state was seen before.</summary>
    public bool Knows(string state) => _known.ContainsKey(state);

    /// <summary>What is broken in a state.</summary>
    public IReadOnlyList<Broken> Recall(string state, Func<IReadOnlyList<Broken>> find) =>
        _known.GetOrAdd(state, _ => find());

    /// <summary>What is broken in a state, reported only the first time: it is not due to the fault.</summary>
    public IReadOnlyList<Broken> Once(string state, Func<IReadOnlyList<Broken>> find) =>
        _known.TryAdd(state, []) ? find() : [];
}
