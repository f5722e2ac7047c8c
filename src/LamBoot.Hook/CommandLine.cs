using LamBoot.Fleet;
using LamBoot.Linux;

namespace LamBoot.Hook;

/// <summary>
/// The command line of a phase: VMID and PHASE from Proxmox VE, plus two options for tests and manual runs. Anything else is a command,
/// whose own parser reads the arguments again.
/// </summary>
internal sealed class CommandLine
{
    /// <summary>Parses the arguments.</summary>
    public CommandLine(string[] args)
    {
        List<string> words = [];
        string? root = null;
        int at = 0;
        while (at < args.Length)
        {
            if (ValueOf("--root", args, ref at) is { } folder)
            {
                root = folder;
            }
            else if (ValueOf("--config", args, ref at) is { } file)
            {
                FleetPath = file;
            }
            else
            {
                words.Add(args[at++]);
            }
        }

        Words = words;
        Root = root is null ? LamBootPaths.RootOfEnvironment() : new(root);
    }

    /// <summary>The arguments without the two options.</summary>
    public List<string> Words { get; }

    /// <summary><c>--root</c>, or the root from the environment.</summary>
    public HostRoot Root { get; }

    /// <summary><c>--config</c>, or null.</summary>
    public string? FleetPath { get; }

    /// <summary>The value of <c>--name VALUE</c> or <c>--name=VALUE</c>, advancing past it; null for anything else.</summary>
    private static string? ValueOf(string name, string[] args, ref int at)
    {
        string word = args[at];
        if (word == name && at + 1 < args.Length)
        {
            at += 2;
            return args[at - 1];
        }

        bool isJoined =
            word.Length > name.Length && word[name.Length] == '=' && word.StartsWith(name, StringComparison.Ordinal);
        at += isJoined ? 1 : 0;
        return isJoined ? word[(name.Length + 1)..] : null;
    }
}
