using LamBoot.Fleet.Health;
using LamBoot.Fleet.Nodes;
using LamBoot.Linux;
using LamBoot.Pve.Nodes;

namespace LamBoot.Commands.History;

/// <summary>A VM's records on the cluster's other nodes: it may have run on any of them, and each keeps a log of its own.</summary>
internal sealed class OtherHistories
{
    private const string Program = "lamboot-hook";

    private readonly OtherNodes? _asked;

    /// <summary>Begins to ask them. A node without a cluster has nobody to ask.</summary>
    /// <param name="root">The host.</param>
    /// <param name="vmid">The VM.</param>
    /// <param name="last">The newest so many records alone; 0 for all.</param>
    public OtherHistories(HostRoot root, int vmid, int last)
    {
        try
        {
            string[] words =
            [
                Program,
                "history",
                $"{vmid}",
                "--json",
                .. last > 0 ? (string[])["--last", $"{last}"] : [],
            ];
            _asked = new(
                root,
                ClusterMembers.Read(root).Others,
                [
                    [.. words, HistoryCommand.Local],
                    words,
                ]
            );
        }
        catch (HostException e) when (e.IsNotFound) { } // no node of a cluster
        catch (HostException e)
        {
            Fail(e.Message);
        }
    }

    /// <summary>Whether all that were asked have answered; known once they are waited for.</summary>
    public bool IsWhole { get; private set; } = true;

    /// <summary>All records, those of this node too, oldest first. What a node does not tell is said.</summary>
    /// <param name="own">Those of this node.</param>
    /// <param name="last">The newest so many records alone; 0 for all.</param>
    public IReadOnlyList<HealthRecord> Merge(IReadOnlyList<HealthRecord> own, int last)
    {
        List<HealthRecord> all = [.. own];
        foreach (NodeAnswer answer in _asked?.Answers() ?? [])
        {
            all.AddRange((answer.Records ?? []).Select(record => record.Health));
            if (answer.Fault is { } fault)
            {
                Fail($"records of node {answer.Node.Name} are missing: {fault}");
            }
        }

        if (all.Count == own.Count)
        {
            return own;
        }

        // Some nodes may share a log.
        IEnumerable<HealthRecord> merged = all.DistinctBy(record => (record.Node, record.ObservedAt, record.Phase))
            .OrderBy(record => record.ObservedAt, StringComparer.Ordinal);
        return [.. last > 0 ? merged.TakeLast(last) : merged];
    }

    private void Fail(string why)
    {
        IsWhole = false;
        ErrorLog.Write(why);
    }
}
