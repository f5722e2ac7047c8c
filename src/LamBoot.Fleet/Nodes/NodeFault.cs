using System.Net;
using LamBoot.Linux.Processes;
using LamBoot.Pve.Nodes;

namespace LamBoot.Fleet.Nodes;

/// <summary>Why another node of the cluster said nothing, and how to fix it.</summary>
internal static class NodeFault
{
    // What ssh, and a shell that does not find a program, exit with.
    private const int SshFailed = 255;
    private const int NotFound = 127;

    /// <summary>Of a node that need not be asked; null for one that is to be.</summary>
    public static string? Before(ClusterNode node) =>
        !node.IsOnline ? "it is offline; check with: pvecm status"
        : node.Address is null ? "the cluster does not know its address; check with: pvecm status"
        : null;

    /// <summary>Of one that did not answer in time.</summary>
    public static string Timeout(int seconds, IPAddress address) =>
        $"it did not answer within {seconds} s; try: ssh root@{address}";

    /// <summary>Of an answer that has no list of records.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="program">What was run there.</param>
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
