using LamBoot.Fleet;
using LamBoot.Linux;

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

    /// <summary>What is left without the two options.</summary>
    public List<string> Words { get; }

    /// <summary><c>--root</c>, else the environment's.</summary>
    public HostRoot Root { get; }

    /// <summary><c>--config</c>, or null.</summary>
    public string? FleetPath { get; }

    /// <summary><c>--name VALUE</c> or <c>--name=VALUE</c>; goes on behind it. Null for anything else.</summary>
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
