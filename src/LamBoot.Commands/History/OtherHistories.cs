using LamBoot.Fleet.Health;
using LamBoot.Fleet.Nodes;
using LamBoot.Linux;
using LamBoot.Pve.Nodes;

namespace LamBoot.Commands.History;

/// <summary>A VM's records on the cluster's other nodes: it may have run on any of them, and each keeps its own log.</summary>
internal sealed class OtherHistories
{
    private const string Program = "lamboot-hook";

    private readonly OtherNodes? _asked;

    /// <summary>Starts asking the nodes. A node outside a cluster has none to ask.</summary>
    /// <param name="root">The host.</param>
    /// <param name="vmid">The VM.</param>
    /// <param name="last">The maximum number of records, the newest; 0 for all.</param>
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
        catch (HostException e) when (e.IsNotFound) { } // not a cluster node
        catch (HostException e)
        {
            Fail(e.Message);
        }
    }

    /// <summary>Whether other nodes were asked, so that this node's records are not all there is.</summary>
    public bool HasAsked => _asked is not null;

    /// <summary>Whether all nodes asked have answered; valid after waiting for them.</summary>
    public bool IsWhole { get; private set; } = true;

    /// <summary>All records, including this node's, oldest first. A node's failure to answer is reported.</summary>
    /// <param name="own">The records of this node.</param>
    /// <param name="last">The maximum number of records, the newest; 0 for all.</param>
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
