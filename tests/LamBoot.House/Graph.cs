namespace LamBoot.House;

/// <summary>A graph of references.</summary>
internal sealed class Graph
{
    private readonly SortedDictionary<string, SortedSet<string>> _arrows = new(StringComparer.Ordinal);

    /// <summary>Adds an arrow; one from a node to itself is ignored.</summary>
    public void Add(string from, string to)
    {
        if (from != to)
        {
            (
                _arrows.TryGetValue(from, out SortedSet<string>? known)
                    ? known
                    : _arrows[from] = new(StringComparer.Ordinal)
            ).Add(to);
        }
    }

    /// <summary>The groups of nodes that reach each other, each cycle once.</summary>
    public IEnumerable<IReadOnlyList<string>> Circles()
    {
        Dictionary<string, HashSet<string>> reached = _arrows.Keys.ToDictionary(name => name, Reached);
        HashSet<string> listed = [];
        foreach (string name in _arrows.Keys.Where(name => reached[name].Contains(name) && listed.Add(name)))
        {
            List<string> circle =
            [
                name,
                .. _arrows.Keys.Where(other =>
                    other != name && reached[name].Contains(other) && reached[other].Contains(name)
                ),
            ];
            listed.UnionWith(circle);
            yield return circle;
        }
    }

    private HashSet<string> Reached(string from)
    {
        HashSet<string> reached = [];
        Stack<string> left = new(ArrowsOf(from));
        while (left.TryPop(out string? next))
        {
            if (reached.Add(next))
            {
                foreach (string further in ArrowsOf(next))
                {
                    left.Push(further);
                }
            }
        }

        return reached;
    }

    private SortedSet<string> ArrowsOf(string from) => _arrows.TryGetValue(from, out SortedSet<string>? to) ? to : [];
}
