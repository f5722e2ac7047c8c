using LamBoot.Linux.Terminal;

namespace LamBoot.Monitor.Watch;

/// <summary>The capabilities of the terminal that standard output leads to.</summary>
internal static class Terminal
{
    /// <summary>Whether it supports control sequences.</summary>
    public static bool IsCapable =>
        StandardIo.Output.TerminalSize is not null
        && Environment.GetEnvironmentVariable("TERM") is not ("dumb" or null);

    /// <summary>Whether to use colors (no-color.org).</summary>
    public static bool HasColours => IsCapable && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));
}
