using LamBoot.Fleet.Health;
using LamBoot.Monitor.Settings;

namespace LamBoot.Monitor.Survey;

/// <summary>The health of the node's VMs, or of the cluster's, at one time.</summary>
internal sealed record SurveyResult
{
    /// <summary>All that were asked for.</summary>
    /// <param name="vms">The VMs, in any order.</param>
    /// <param name="filter">What was asked for.</param>
    public SurveyResult(IEnumerable<VmHealth> vms, VmFilter filter)
    {
        All = [.. vms];
        Vms =
        [
            .. All.Where(vm => filter.Statuses.Count == 0 || filter.Statuses.Contains(vm.Record.Status))
                .OrderBy(vm => Rank(vm.Record.Status))
                .ThenBy(vm => vm.Record.Vmid),
        ];
        bool showsAll = filter.All || filter.Vmids.Count > 0;
        Shown = [.. Vms.Where(vm => showsAll || vm.IsAttached || !vm.IsWithoutLamBoot || vm.IsBroken)];
        Listed = [.. Vms.Where(vm => showsAll || !vm.IsWithoutOvmf)];
    }

    /// <summary>The VMs, whatever their status: what alerts go by.</summary>
    public IReadOnlyList<VmHealth> All { get; }

    /// <summary>Those of the statuses asked for, the worst first, then by VMID.</summary>
    public IReadOnlyList<VmHealth> Vms { get; }

    /// <summary>Those that a person is shown: not those that LamBoot neither is nor is meant to be in.</summary>
    public IReadOnlyList<VmHealth> Shown { get; }

    /// <summary>Those that a program is given: every one with OVMF.</summary>
    public IReadOnlyList<VmHealth> Listed { get; }

    /// <summary>The name of the node that we run on.</summary>
    public required string Node { get; init; }

    /// <summary>The name of the cluster whose nodes were all asked; null for a survey of this node alone.</summary>
    public string? Cluster { get; init; }

    /// <summary>How many nodes were asked, those that said nothing too.</summary>
    public int Nodes { get; init; } = 1;

    /// <summary>
    /// The nodes that said nothing of their VMs, by name: a record each, without a VM, whose error says why and how to fix it. They are
    /// in none of the lists of VMs.
    /// </summary>
    public IReadOnlyList<HealthRecord> SilentNodes { get; init; } = [];

    /// <summary>The lines of a table: the nodes that said nothing, whose VMs nobody knows, then the VMs that a person is shown.</summary>
    public IEnumerable<VmHealth> Rows => [.. SilentNodes.Select(node => new VmHealth(node, false, null)), .. Shown];

    /// <summary>The VMIDs asked for that no VM of this node has, or of the nodes that answered.</summary>
    public IReadOnlyList<int> Missing { get; init; } = [];

    /// <summary>How long it took.</summary>
    public TimeSpan Duration { get; init; }

    private static int Rank(HealthStatus status) =>
        HealthStatuses.WorstFirst.TakeWhile(worse => worse != status).Count();

    /// <summary>How many of the shown VMs have that status.</summary>
    public int Count(HealthStatus status) => Shown.Count(vm => vm.Record.Status == status);
}
