using LamBoot.Pve.Nodes;

namespace LamBoot.Fleet.Nodes;

/// <summary>The answer of another cluster node.</summary>
/// <param name="Node">The node.</param>
/// <param name="Records">The records in its answer; null if there is no answer.</param>
/// <param name="Fault">Why there is none, and how to fix it; otherwise null. It may contain text from the node, so escape it.</param>
public sealed record NodeAnswer(ClusterNode Node, IReadOnlyList<RemoteRecord>? Records, string? Fault);
