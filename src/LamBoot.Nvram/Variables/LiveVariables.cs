using LamBoot.Nvram.Layout;

namespace LamBoot.Nvram.Variables;

/// <summary>
/// Enumerates the live variables of a store: every added entry, and the last entry in deleted transition of each variable that has no added
/// copy. Allocates nothing unless more entries are in transition than any firmware leaves; takes linear time either way.
/// </summary>
public ref struct LiveVariables
{
    // A firmware that is killed leaves one in transition, and completes it when it next writes that variable.
    private const int UsualInTransition = 16;

    private readonly VariableStore _store;
    private readonly VariableIndex? _index;
    private VariableEntries _entries;

    internal LiveVariables(VariableStore store)
    {
        _store = store;
        _entries = store.Entries;
        _index = CountInTransition(store) > UsualInTransition ? new VariableIndex(store) : null;
    }

    /// <summary>The current variable.</summary>
    public readonly VariableEntry Current => _entries.Current;

    /// <summary>Returns this enumerator, for <c>foreach</c>.</summary>
    public readonly LiveVariables GetEnumerator() => this;

    /// <summary>Advances to the next live variable.</summary>
    /// <returns>Whether there is one.</returns>
    public bool MoveNext()
    {
        while (_entries.MoveNext())
        {
            VariableEntry entry = _entries.Current;
            if (entry.MayBeLive && (entry.State == VariableState.Added || LiveOffset(entry) == entry.Offset))
            {
                return true;
            }
        }

        return false;
    }

    private static int CountInTransition(VariableStore store)
    {
        int count = 0;
        foreach (VariableEntry entry in store.Entries)
        {
            count += entry.State == VariableState.InDeletedTransition ? 1 : 0;
        }

        return count;
    }

    private readonly int LiveOffset(VariableEntry variable)
    {
        if (_index is not null)
        {
            return _index.Find(_store, variable);
        }

        int live = 0;
        foreach (VariableEntry entry in _store.Entries)
        {
            if (entry.MayBeLive && entry.IsSameVariable(variable))
            {
                live = entry.Offset;
                if (entry.State == VariableState.Added)
                {
                    break;
                }
            }
        }

        return live;
    }
}
