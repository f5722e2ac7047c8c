using LamBoot.Faults.Tracing;

namespace LamBoot.Faults.Judging;

/// <summary>After a fault, one ordinary run of each VM must make everything right again.</summary>
/// <param name="node">The node.</param>
/// <param name="subject">What had the fault.</param>
/// <param name="reference">What it does without one.</param>
public sealed class Recovery(Node node, Subject subject, Reference reference)
{
    private const string OwnersDocument = "/var/lib/lamboot/900.json";

    private readonly int[] _vmids = subject.IsPhase
        ? [subject.Vmid, Node.Clone, Node.Owner]
        : [Node.Ordinary, Node.Plain];

    private bool _isLearning;

    /// <summary>Learns what follows when there was no fault.</summary>
    public void Learn(TreeState left)
    {
        _isLearning = true;
        foreach (int[] order in Orders())
        {
            Run(left, order);
            reference.Names.UnionWith(TreeState.Of(node.Tree.Root).Names());
        }
    }

    /// <summary>What does not become right.</summary>
    /// <param name="left">What the run left.</param>
    public IReadOnlyList<Broken> Find(TreeState left) =>
        [.. Orders().SelectMany(order => Run(left, order).Concat(Left()).Take(1).ToArray())];

    /// <summary>The clone first, and the owner first.</summary>
    private IEnumerable<int[]> Orders() =>
        [
            [.. _vmids.Distinct()],
            [.. _vmids.Distinct().Reverse()],
        ];

    private List<Broken> Run(TreeState left, int[] order)
    {
        left.Restore();
        List<Broken> broken = [];
        if (!subject.IsPhase)
        {
            Ran again = node.Supervisor.Run(Fault.None, null, subject.CommandOn(node));
            if (_isLearning)
            {
                reference.EndsAgain.Add(again.End);
            }

            bool isGood = again.Exited(0) || again.End == reference.Ran.End || reference.EndsAgain.Contains(again.End);
            broken.AddRange(isGood ? [] : [new("the same command fails afterwards", again.Error)]);
        }

        foreach (int vmid in order)
        {
            string? trouble = node.Start(vmid);
            broken.AddRange(trouble is null ? [] : [new("the next start goes wrong", trouble)]);
        }

        return broken;
    }

    private IEnumerable<Broken> Left()
    {
        TreeState now = TreeState.Of(node.Tree.Root);
        if (now.Names().Except(reference.Names).ToArray() is [_, ..] more)
        {
            yield return new("files are left over", string.Join(", ", more));
        }

        if (subject.IsPhase && node.Trouble(OwnersDocument, Node.Owner) is { } trouble)
        {
            yield return new("the owner's document stays wrong", trouble);
        }
    }
}
