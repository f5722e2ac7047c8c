using LamBoot.Linux;
using LamBoot.Linux.Processes;
using LamBoot.Pve.Nodes;
using LamBoot.Pve.Programs;

namespace LamBoot.Fleet.Nodes;

/// <summary>
/// Asks the cluster's other nodes for health records, all in parallel, each on a thread of its own that ends after ten seconds whatever the
/// node does.
/// </summary>
public sealed class OtherNodes
{
    private const int TimeoutMilliseconds = 10_000;
    private const int LongestAnswer = 16 << 20;
    private const int StackSize = 512 << 10;

    // The exit code for an unknown command line: the program on that node is older.
    private const int UsageError = 2;

    private readonly List<Thread> _asked = [];
    private readonly NodeAnswer?[] _answers;

    /// <summary>Starts asking.</summary>
    /// <param name="root">The host that we run on.</param>
    /// <param name="nodes">The nodes; offline ones are only reported.</param>
    /// <param name="commands">The program and its arguments; then, if there is one, the command line for versions that do not know the
    /// first.</param>
    public OtherNodes(
        HostRoot root,
        IReadOnlyList<ClusterNode> nodes,
        params IReadOnlyList<IReadOnlyList<string>> commands
    )
    {
        _answers = new NodeAnswer?[nodes.Count];
        for (int index = 0; index < nodes.Count; index++)
        {
            int at = index;
            ClusterNode node = nodes[at];
            Thread thread = new(() => _answers[at] = Ask(root, node, commands), StackSize) { IsBackground = true };
            try
            {
                thread.Start();
                _asked.Add(thread);
            }
            catch (Exception e) // the system has no thread left
            {
                _answers[at] = new(node, null, $"cannot start a thread: {e.Message}");
            }
        }
    }

    /// <summary>Waits for all answers and returns them in the order of the nodes.</summary>
    public IReadOnlyList<NodeAnswer> Answers()
    {
        _asked.ForEach(thread => thread.Join());
        return [.. _answers.Select(answer => answer!)];
    }

    private static NodeAnswer Ask(HostRoot root, ClusterNode node, IReadOnlyList<IReadOnlyList<string>> commands)
    {
        try
        {
            return NodeFault.Before(node) is { } fault ? new(node, null, fault) : AskOnline(root, node, commands);
        }
        catch (HostException e)
        {
            return new(node, null, e.Message);
        }
        catch (Exception e) // a failure with one node must not affect the others
        {
            return new(node, null, $"internal error: {e.GetType().Name}: {e.Message}; please report it");
        }
    }

    private static NodeAnswer AskOnline(HostRoot root, ClusterNode node, IReadOnlyList<IReadOnlyList<string>> commands)
    {
        long end = Environment.TickCount64 + TimeoutMilliseconds;
        string program = commands[0][0];
        foreach (IReadOnlyList<string> words in commands)
        {
            int left = (int)Math.Max(end - Environment.TickCount64, 0);
            if (Run(root, node, left, words) is not { } answer)
            {
                break;
            }

            if (answer.Output.Length > LongestAnswer)
            {
                return new(node, null, $"its answer is longer than {LongestAnswer >> 20} MiB, the limit");
            }

            if (answer.ExitCode != UsageError || words == commands[^1])
            {
                IReadOnlyList<RemoteRecord>? records = RemoteRecord.ParseList(answer.Output, node.Name);
                return new(node, records, records is null ? NodeFault.Of(answer, program, node.Address!) : null);
            }
        }

        return new(node, null, NodeFault.Timeout(TimeoutMilliseconds / 1000, node.Address!));
    }

    /// <summary>Runs a command on a node; null if it did not end in time.</summary>
    private static ChildAnswer? Run(HostRoot root, ClusterNode node, int timeout, IReadOnlyList<string> words)
    {
        try
        {
            return NodeShell.Run(root, node, timeout, LongestAnswer + 1, words);
        }
        catch (HostException e) when (e.Kind == HostErrorKind.Timeout)
        {
            return null;
        }
    }
}
