namespace LamBoot.Faults.Tracing;

/// <summary>What is done to a program's run.</summary>
/// <param name="Action">The supervisor's word: <c>error</c>, <c>signal</c>, <c>delay</c>, or <c>none</c>.</param>
/// <param name="Name">The name of the error, signal or limit.</param>
/// <param name="Value">errno, the signal number, or milliseconds.</param>
/// <param name="Index">The system call at which it happens, from 1.</param>
/// <param name="Limit">A resource limit, in the supervisor's format.</param>
public sealed record Fault(string Action, string Name, int Value, int Index, string Limit = "")
{
    /// <summary>No fault.</summary>
    public static readonly Fault None = new("none", "none", 0, 0);

    /// <summary>No fault; lists the calls.</summary>
    public static readonly Fault List = new("list", "none", 0, 0);

    // Each with the text common to all its wordings.
    private static readonly (string Name, int Value, string Text)[] ErrorNumbers =
    [
        ("EINTR", 4, "interrupted"),
        ("EIO", 5, "input/output"),
        ("EAGAIN", 11, "temporarily unavailable"),
        ("ENOMEM", 12, "cannot allocate"),
        ("EACCES", 13, "permission denied"),
        ("EMFILE", 24, "open files"),
        ("ENOSPC", 28, "no space left"),
    ];

    private static readonly (string Name, int Value)[] Signals = [("SIGKILL", 9), ("SIGTERM", 15)];

    private static readonly (string Name, int Value)[] Aborts = [("SIGKILL", 9), ("SIGABRT", 6), ("SIGXFSZ", 25)];

    /// <summary>Whether the program was killed.</summary>
    public bool IsSignal => Action == "signal";

    /// <summary>Whether a text reports the error, in whatever words.</summary>
    public bool IsToldBy(string text) =>
        ErrorNumbers.Any(error => error.Name == Name && text.Contains(error.Text, StringComparison.OrdinalIgnoreCase));

    /// <summary>Every error at a call, and the signals that end a process.</summary>
    public static IEnumerable<Fault> At(int index) =>
        [
            .. ErrorNumbers.Select(error => new Fault("error", error.Name, error.Value, index)),
            .. Signals.Select(signal => new Fault("signal", signal.Name, signal.Value, index)),
        ];

    /// <summary>What ends a program before its own code can report it.</summary>
    public static IEnumerable<Fault> AbortsAt(int index) =>
        [
            new("error", "ENOMEM", 12, index),
            new("error", "EAGAIN", 11, index),
            .. Aborts.Select(signal => new Fault("signal", signal.Name, signal.Value, index)),
        ];

    /// <summary>A call that takes longer than the deadline.</summary>
    public static Fault Delay(int index, int milliseconds) => new("delay", "delay", milliseconds, index);

    /// <summary>A resource limit, from the start.</summary>
    public static Fault Limited(string limit) => new("none", limit, 0, 0, limit);

    /// <inheritdoc/>
    public override string ToString() => Index == 0 ? Name : $"{Name} at call {Index}";
}
