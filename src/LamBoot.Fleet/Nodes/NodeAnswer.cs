using LamBoot.Pve.Nodes;

namespace LamBoot.Fleet.Nodes;

/// <summary>What another node of the cluster said.</summary>
/// <param name="Node">The node.</param>
/// <param name="Records">The records of its answer; null where there is none.</param>
/// <param name="Fault">Why there is none, and how to fix it: it may hold what came from there, so escape it. Else null.</param>
public sealed record NodeAnswer(ClusterNode Node, IReadOnlyList<RemoteRecord>? Records, string? Fault);
