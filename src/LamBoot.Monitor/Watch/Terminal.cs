using LamBoot.Linux.Terminal;

namespace LamBoot.Monitor.Watch;

/// <summary>What may be done to the terminal that standard output leads to.</summary>
internal static class Terminal
{
    /// <summary>Whether it takes control sequences.</summary>
    public static bool IsCapable =>
        StandardIo.Output.TerminalSize is not null
        && Environment.GetEnvironmentVariable("TERM") is not ("dumb" or null);

    /// <summary>Whether it is to have colours (no-color.org).</summary>
    public static bool HasColours => IsCapable && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));
}
