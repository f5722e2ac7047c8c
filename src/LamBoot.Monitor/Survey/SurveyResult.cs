using LamBoot.Fleet.Health;
using LamBoot.Monitor.Settings;

namespace LamBoot.Monitor.Survey;

/// <summary>The health of the node's VMs, or of the cluster's, at one time.</summary>
internal sealed record SurveyResult
{
    /// <summary>Creates the result from all selected VMs.</summary>
    /// <param name="vms">The VMs, in any order.</param>
    /// <param name="filter">The selection.</param>
    public SurveyResult(IEnumerable<VmHealth> vms, VmFilter filter)
    {
        All = [.. vms];
        Vms =
        [
            .. All.Where(vm => filter.Statuses.Count == 0 || filter.Statuses.Contains(vm.Record.Status))
                .OrderBy(vm => Rank(vm.Record.Status))
                .ThenBy(vm => vm.Record.Vmid),
        ];
        IsNoneSelected = All.Count == 0 && filter.Tags.Count + filter.Roles.Count > 0;
        bool showsAll = filter.All || filter.Vmids.Count > 0;
        Shown = [.. Vms.Where(vm => showsAll || vm.IsAttached || !vm.IsWithoutLamBoot || vm.IsBroken)];
        Listed = [.. Vms.Where(vm => showsAll || !vm.IsWithoutOvmf)];
    }

    /// <summary>The VMs, whatever their status: the basis of alerts.</summary>
    public IReadOnlyList<VmHealth> All { get; }

    /// <summary>The VMIDs of this node, whether selected or not; empty for a survey of the cluster.</summary>
    public IReadOnlySet<int> OnNode { get; init; } = new HashSet<int>();

    /// <summary>The VMs with the selected statuses, worst first, then by VMID.</summary>
    public IReadOnlyList<VmHealth> Vms { get; }

    /// <summary>The VMs shown to people, without those that neither have LamBoot nor are meant to.</summary>
    public IReadOnlyList<VmHealth> Shown { get; }

    /// <summary>The VMs given to programs: all with OVMF.</summary>
    public IReadOnlyList<VmHealth> Listed { get; }

    /// <summary>What to say then.</summary>
    public const string NoneSelected = "no VM has that tag or role";

    /// <summary>Whether no VM has a tag or role asked for: probably a typo, and nothing that could be called healthy.</summary>
    public bool IsNoneSelected { get; }

    /// <summary>The name of the node that we run on.</summary>
    public required string Node { get; init; }

    /// <summary>The name of the cluster whose nodes were all asked; null for a survey of this node only.</summary>
    public string? Cluster { get; init; }

    /// <summary>The number of nodes asked, including those that did not answer.</summary>
    public int Nodes { get; init; } = 1;

    /// <summary>
    /// The nodes that did not report their VMs, by name: one record each, without a VM, whose error says why and how to fix it. They are in
    /// none of the lists of VMs.
    /// </summary>
    public IReadOnlyList<HealthRecord> SilentNodes { get; init; } = [];

    /// <summary>The rows of a table: the nodes that did not answer, whose VMs are unknown, then the VMs shown to people.</summary>
    public IEnumerable<VmHealth> Rows => [.. SilentNodes.Select(node => new VmHealth(node, false, null)), .. Shown];

    /// <summary>The selected VMIDs that do not exist on this node, or on any node that answered.</summary>
    public IReadOnlyList<int> Missing { get; init; } = [];

    /// <summary>How long it took.</summary>
    public TimeSpan Duration { get; init; }

    private static int Rank(HealthStatus status) =>
        HealthStatuses.WorstFirst.TakeWhile(worse => worse != status).Count();

    /// <summary>The number of shown VMs with a status.</summary>
    public int Count(HealthStatus status) => Count(Shown, status);

    /// <summary>The number of some VMs with a status: in every summary, the status that their rows show.</summary>
    public static int Count(IEnumerable<VmHealth> vms, HealthStatus status) =>
        vms.Count(vm => vm.Record.Status == status);
}
