namespace LamBoot.Faults;

/// <summary>What kind of run a subject is: what it may exit with, and what counts as its work.</summary>
public enum RunKind
{
    /// <summary>A phase: exits 0.</summary>
    Phase,

    /// <summary>A phase of a VM whose document may hold another VM's identity: exits 0, or refuses the start.</summary>
    CarefulPhase,

    /// <summary>A command that changes something: exits 0 only where it did.</summary>
    Change,

    /// <summary>A command that tells something.</summary>
    Look,
}

/// <summary>A run that faults are injected into.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Kind">What kind of run it is.</param>
/// <param name="Vmid">The VM that it is about; 0 for the node.</param>
/// <param name="Command">Its command line.</param>
public sealed record Subject(string Name, RunKind Kind, int Vmid, IReadOnlyList<string> Command)
{
    /// <summary>The beginning of a word of the command line that is a path in the tree.</summary>
    public const string Below = "@";

    /// <summary>What is done once, to come to the state that it begins in.</summary>
    public Action<Node> Prepare { get; init; } = _ => { };

    /// <summary>Phases of the same start before it.</summary>
    public IReadOnlyList<string> Before { get; init; } = [];

    /// <summary>What is wrong with the host while it runs.</summary>
    public Condition? Condition { get; init; }

    /// <summary>The program whose calls count from its first one; null where they count from the program's own code on.</summary>
    public string? Program { get; init; }

    /// <summary>Whether it, or the next start, waits for a start that died: a second each time, and more of them at once.</summary>
    public bool Waits => Kind == RunKind.CarefulPhase;

    /// <summary>Whether it is called with the VM's lock held by its parent.</summary>
    public bool IsPhase => Kind is RunKind.Phase or RunKind.CarefulPhase;

    /// <summary>Whether a QEMU is started after it.</summary>
    public bool IsPreStart => IsPhase && Command[^1] == "pre-start";

    /// <summary>Whether what it prints is JSON.</summary>
    public bool IsJson => Command.Contains("--json");

    /// <summary>The command line on a node.</summary>
    public IEnumerable<string> CommandOn(Node node) =>
        Command.Select(word => word.StartsWith(Below, StringComparison.Ordinal) ? node.Tree.Path(word[1..]) : word);

    /// <inheritdoc/>
    public override string ToString() => Name;
}
