using System.Net;
using LamBoot.Linux.Processes;
using LamBoot.Pve.Nodes;

namespace LamBoot.Fleet.Nodes;

/// <summary>Explains why another cluster node gave no answer, and how to fix it.</summary>
internal static class NodeFault
{
    // The exit codes of ssh, and of a shell that does not find a program.
    private const int SshFailed = 255;
    private const int NotFound = 127;

    /// <summary>The fault of a node that is not worth asking; null if the node can be asked.</summary>
    public static string? Before(ClusterNode node) =>
        !node.IsOnline ? "it is offline; check with: pvecm status"
        : node.Address is null ? "the cluster does not know its address; check with: pvecm status"
        : null;

    /// <summary>The fault of a node that did not answer in time.</summary>
    public static string Timeout(int seconds, IPAddress address) =>
        $"it did not answer within {seconds} s; try: ssh root@{address}";

    /// <summary>The fault of an answer without a list of records.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="program">The program that was run there.</param>
    /// <param name="address">The node's address.</param>
    public static string Of(ChildAnswer answer, string program, IPAddress address) =>
        answer.ExitCode switch
        {
            SshFailed when Has(answer, "HOST IDENTIFICATION HAS CHANGED") =>
                "its host key has changed; if it was reinstalled, run on it: pvecm updatecerts",
            SshFailed when Has(answer, "Host key verification failed") =>
                "its host key is not known here; run on it: pvecm updatecerts",
            SshFailed when Has(answer, "Permission denied") => "it refuses our key; run on it: pvecm updatecerts",
            SshFailed => $"{Said(answer, "ssh failed")}; try: ssh root@{address}",
            NotFound => $"{program} is not installed on it; install the lamboot-hook package there",
            0 => $"its answer is not a list of health records; run on it: {program}",
            _ => $"{Said(answer, $"{program} exited with {answer.ExitCode}")}; run on it: {program}",
        };

    private static bool Has(ChildAnswer answer, string text) => answer.Error.Contains(text, StringComparison.Ordinal);

    private static string Said(ChildAnswer answer, string otherwise) =>
        answer.Error.Length > 0 ? answer.Error : otherwise;
}
