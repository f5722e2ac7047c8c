using System.Collections.Concurrent;
using LamBoot.Faults.Judging;

namespace LamBoot.Faults;

/// <summary>What came of a state once comes of it each time: most faults leave one of a few states.</summary>
public sealed class Memory
{
    private readonly ConcurrentDictionary<string, IReadOnlyList<Broken>> _known = new();

    /// <summary>Whether a state was there before.</summary>
    public bool Knows(string state) => _known.ContainsKey(state);

    /// <summary>What broke in a state.</summary>
    public IReadOnlyList<Broken> Recall(string state, Func<IReadOnlyList<Broken>> find) =>
        _known.GetOrAdd(state, _ => find());

    /// <summary>What breaks in a state, said the first time alone: it is not the fault's doing.</summary>
    public IReadOnlyList<Broken> Once(string state, Func<IReadOnlyList<Broken>> find) =>
        _known.TryAdd(state, []) ? find() : [];
}
