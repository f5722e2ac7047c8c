using LamBoot.Linux;
using LamBoot.Linux.Files;
using LamBoot.Linux.Processes;
using LamBoot.Pve.Nodes;

namespace LamBoot.Pve.Programs;

/// <summary>Runs programs on another cluster node, as root, through Proxmox VE's own ssh between nodes (PVE::SSHInfo).</summary>
public static class NodeShell
{
    // Part of the total wait; an unreachable node is reported sooner.
    private const int ConnectSeconds = 5;

    /// <summary>Runs a program on another node to completion.</summary>
    /// <param name="root">The host that we run on.</param>
    /// <param name="node">The node, whose address is known.</param>
    /// <param name="timeout">How long it may take, in milliseconds, before it is killed.</param>
    /// <param name="limit">How many bytes of its output to keep.</param>
    /// <param name="words">The program and its arguments, which a shell on the node parses: they must not contain anything special to a
    /// shell.</param>
    /// <exception cref="HostException">ssh cannot be run or did not end in time.</exception>
    public static ChildAnswer Run(
        HostRoot root,
        ClusterNode node,
        int timeout,
        int limit,
        params IReadOnlyList<string> words
    )
    {
        if (words.FirstOrDefault(word => !IsPlain(word)) is { } word)
        {
            throw new HostException($"'{word}' cannot be passed to another node");
        }

        string[] arguments =
        [
            "-e",
            "none",
            "-o",
            "BatchMode=yes",
            "-o",
            $"ConnectTimeout={ConnectSeconds}",
            "-o",
            $"HostKeyAlias={node.Name}",
            .. KnownHosts(root, node),
            $"root@{node.Address}",
            .. words,
        ];
        return ChildProcess.Ask(root.Resolve("/usr/bin/ssh"), timeout, limit, arguments);
    }

    /// <summary>Whether a shell takes a word literally.</summary>
    public static bool IsPlain(string word) =>
        word.Length > 0 && word.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '+');

    /// <summary>The host keys that Proxmox VE keeps for that node only, since 8.2; before, they are in root's known_hosts file.</summary>
    private static string[] KnownHosts(HostRoot root, ClusterNode node)
    {
        string file = root.Resolve($"/etc/pve/nodes/{node.Name}/ssh_known_hosts");
        return FileQuery.Exists(file) ? ["-o", $"UserKnownHostsFile={file}", "-o", "GlobalKnownHostsFile=none"] : [];
    }
}
