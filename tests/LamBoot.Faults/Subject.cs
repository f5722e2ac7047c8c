namespace LamBoot.Faults;

/// <summary>The kind of run: its permitted exit codes, and what counts as its work.</summary>
public enum RunKind
{
    /// <summary>A phase: exits 0.</summary>
    Phase,

    /// <summary>A phase of a VM whose document may hold another VM's identity: exits 0, or refuses the start.</summary>
    CarefulPhase,

    /// <summary>A command that changes something: exits 0 only if it did.</summary>
    Change,

    /// <summary>A command that shows something.</summary>
    Look,
}

/// <summary>A run into which faults are injected.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Kind">The kind of run.</param>
/// <param name="Vmid">The VM that it is about; 0 for the node.</param>
/// <param name="Command">Its command line.</param>
public sealed record Subject(string Name, RunKind Kind, int Vmid, IReadOnlyList<string> Command)
{
    /// <summary>The prefix of a command-line word that is a path in the tree.</summary>
    public const string Below = "@";

    /// <summary>Runs once, to get to the initial state.</summary>
    public Action<Node> Prepare { get; init; } = _ => { };

    /// <summary>Phases of the same start that precede it.</summary>
    public IReadOnlyList<string> Before { get; init; } = [];

    /// <summary>A problem on the host while it runs.</summary>
    public Condition? Condition { get; init; }

    /// <summary>The program whose calls count from its first one; null to count from where the program's own code begins.</summary>
    public string? Program { get; init; }

    /// <summary>Whether it, or the next start, waits for a start that died: one second each, so more of them run at once.</summary>
    public bool Waits => Kind == RunKind.CarefulPhase;

    /// <summary>Whether it is run while its parent holds the VM's lock.</summary>
    public bool IsPhase => Kind is RunKind.Phase or RunKind.CarefulPhase;

    /// <summary>Whether a QEMU is started afterwards.</summary>
    public bool IsPreStart => IsPhase && Command[^1] == "pre-start";

    /// <summary>Whether its output is JSON.</summary>
    public bool IsJson => Command.Contains("--json");

    /// <summary>The command line for a node.</summary>
    public IEnumerable<string> CommandOn(Node node) =>
        Command.Select(word => word.StartsWith(Below, StringComparison.Ordinal) ? node.Tree.Path(word[1..]) : word);

    /// <inheritdoc/>
    public override string ToString() => Name;
}
