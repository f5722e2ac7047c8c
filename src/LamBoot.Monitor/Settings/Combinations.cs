using System.CommandLine.Parsing;
using LamBoot.Pve.Programs;

namespace LamBoot.Monitor.Settings;

/// <summary>Detects options that make no sense together.</summary>
internal static class Combinations
{
    private const string Tag = "--tag";

    private static readonly (string Option, string[] Others, string Why)[] Refused =
    [
        ("--nagios", ["--watch", "--json"], "prints one line"),
        (
            "--cluster",
            ["--textfile", "--notify", "--webhook", "--alert-webhook", "--test-alert"],
            "only shows the cluster: each node's own monitor writes metrics and sends alerts"
        ),
    ];

    /// <summary>Why a command line is rejected; null if it is not.</summary>
    /// <param name="command">The command line.</param>
    public static string? Refusal(CommandResult command)
    {
        foreach ((string option, string[] others, string why) in Refused)
        {
            if (command.GetResult(option) is not null && others.FirstOrDefault(IsGiven) is { } other)
            {
                return $"{option} {why}; leave out {other}";
            }
        }

        return
            IsGiven("--cluster") && (command.GetValue<string[]>(Tag) ?? []).FirstOrDefault(tag => !IsTag(tag)) is { } no
            ? $"{Tag}: '{no}' is not a Proxmox VE tag"
            : null;

        bool IsGiven(string name) => command.GetResult(name) is not null;
    }

    /// <summary>Whether Proxmox VE accepts a tag (<c>pve-tag</c>); a valid one is passed to other nodes verbatim.</summary>
    private static bool IsTag(string tag) =>
        NodeShell.IsPlain(tag) && (char.IsAsciiLetterOrDigit(tag[0]) || tag[0] == '_');
}
