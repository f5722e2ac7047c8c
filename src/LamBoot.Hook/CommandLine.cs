using LamBoot.Pve;

namespace LamBoot.Hook;

/// <summary>
/// The command line of a phase: VMID and PHASE as Proxmox VE gives them, and the two options that tests and drills by hand add. Anything
/// else is a command's, whose own parser reads it anew.
/// </summary>
internal sealed class CommandLine
{
    /// <summary>Reads the arguments.</summary>
    public CommandLine(string[] args)
    {
        List<string> words = [];
        string? root = null;
        for (int i = 0; i < args.Length; i++)
        {
            root = ValueOf("--root", args, ref i) ?? root;
            FleetPath = (i < args.Length ? ValueOf("--config", args, ref i) : null) ?? FleetPath;
            if (i < args.Length)
            {
                words.Add(args[i]);
            }
        }

        Words = words;
        Root = root is null ? HostRoot.FromEnvironment() : new(root);
    }

    /// <summary>What is left without the two options.</summary>
    public IReadOnlyList<string> Words { get; }

    /// <summary><c>--root</c>, else the environment's.</summary>
    public HostRoot Root { get; }

    /// <summary><c>--config</c>, or null.</summary>
    public string? FleetPath { get; }

    /// <summary><c>--name VALUE</c> or <c>--name=VALUE</c>; goes on behind it.</summary>
    private static string? ValueOf(string name, string[] args, ref int at)
    {
        string? value = null;
        while (at < args.Length && args[at].StartsWith(name, StringComparison.Ordinal))
        {
            if (args[at].Length > name.Length && args[at][name.Length] == '=')
            {
                value = args[at++][(name.Length + 1)..];
            }
            else if (args[at] == name && at + 1 < args.Length)
            {
                value = args[at + 1];
                at += 2;
            }
            else
            {
                break;
            }
        }

        return value;
    }
}
