using LamBoot.Fleet.Config;
using LamBoot.Fleet.Health;
using LamBoot.Fleet.Nodes;
using LamBoot.Fleet.Text;
using LamBoot.Linux;
using LamBoot.Monitor.Output;
using LamBoot.Monitor.Settings;
using LamBoot.Monitor.Survey;
using LamBoot.Pve.Nodes;

namespace LamBoot.Monitor.Nodes;

/// <summary>
/// <c>--cluster</c>: this node's VMs, and those of the other nodes as their own <c>lamboot-pve-monitor --json</c> tells of them. A node that
/// says nothing of use is in the result with the reason, and keeps nobody from the others.
/// </summary>
internal sealed class ClusterSurvey
{
    /// <summary>By which one node asks another for the boots of its VMs too.</summary>
    public const string BootsOption = "--boots";

    private const string Program = "lamboot-pve-monitor";

    private readonly MonitorSettings _settings;
    private readonly FleetSurvey _own;

    /// <summary>A survey of all nodes.</summary>
    /// <param name="settings">What the command line asks for.</param>
    public ClusterSurvey(MonitorSettings settings)
    {
        // A VM that is asked for may be on any of the nodes: which are there is known once all have answered.
        VmFilter all = settings.Filter with
        {
            Vmids = [],
            Statuses = [],
        };
        (_settings, _own) = (settings, new(settings with { Filter = all }));
    }

    /// <summary>What a survey reads: the node's VMs, or the cluster's.</summary>
    public static Func<FleetToml, Action<int, int>?, SurveyResult> Reader(MonitorSettings settings) =>
        settings.Cluster ? new ClusterSurvey(settings).Read : new FleetSurvey(settings).Read;

    /// <summary>Reads the VMs of all nodes.</summary>
    /// <param name="fleet">The fleet's configuration, for this node's own.</param>
    /// <param name="onProgress">Told from time to time how many of how many VMs of this node are read.</param>
    /// <exception cref="HostException">The nodes cannot be listed, or this one is the only one, and its VMs cannot be.</exception>
    public SurveyResult Read(FleetToml fleet, Action<int, int>? onProgress = null)
    {
        ClusterMembers members = ClusterMembers.Read(_settings.Root);
        OtherNodes others = new(_settings.Root, members.Others, Commands());
        List<HealthRecord> silent = [];
        List<VmHealth> vms = [.. OwnVms(fleet, onProgress, members, silent)];
        foreach (NodeAnswer answer in others.Answers())
        {
            if (answer.Records is { } records)
            {
                vms.AddRange(records.Select(SurveyJson.Read).Where(IsAskedFor));
            }
            else
            {
                silent.Add(SilentNode.Record(answer.Node.Name, answer.Fault!, DateTimeOffset.UtcNow));
            }
        }

        List<VmHealth> known = VmOwners.OneOfEach(_settings.Root, vms);
        List<int> missing = [.. _settings.Filter.Vmids.Distinct().Except(known.Select(vm => vm.Record.Vmid ?? 0))];
        return new([.. known, .. missing.Select(vmid => Missing(vmid, members.Own))], _settings.Filter)
        {
            Node = members.Own,
            Cluster = members.Cluster ?? members.Own,
            Nodes = members.Others.Count + 1,
            SilentNodes = silent,
            Missing = missing,
        };
    }

    /// <summary>The page has each VM's boots; a version that does not tell of them tells of all else.</summary>
    private IReadOnlyList<IReadOnlyList<string>> Commands() =>
        _settings.Html is null
            ? [Command()]
            :
            [
                [.. Command(), BootsOption],
                Command(),
            ];

    /// <summary>What the other nodes run. Roles and VMIDs are in what they answer; a VM without OVMF is only if it is asked for.</summary>
    private List<string> Command() =>
        [
            Program,
            "--json",
            .. _settings.Filter.All || _settings.Filter.Vmids.Count > 0 ? (string[])["--all"] : [],
            .. _settings.Threshold is { } threshold ? (string[])["--threshold", $"{threshold}"] : [],
            .. _settings.Filter.Tags.SelectMany(tag => (string[])["--tag", tag]),
        ];

    private IEnumerable<VmHealth> OwnVms(
        FleetToml fleet,
        Action<int, int>? onProgress,
        ClusterMembers members,
        List<HealthRecord> silent
    )
    {
        try
        {
            return _own.Read(fleet, onProgress).All.Where(IsAskedFor);
        }
        catch (HostException e) when (members.Others.Count > 0)
        {
            silent.Add(SilentNode.Record(members.Own, e.Message, DateTimeOffset.UtcNow));
            return [];
        }
    }

    private bool IsAskedFor(VmHealth vm) =>
        (_settings.Filter.Vmids.Count == 0 || _settings.Filter.Vmids.Contains(vm.Record.Vmid ?? 0))
        && (_settings.Filter.Roles.Count == 0 || _settings.Filter.Roles.Contains(vm.Record.Role));

    private static VmHealth Missing(int vmid, string node) =>
        new(
            new HealthRecord
            {
                ObservedAt = UtcText.Format(DateTimeOffset.UtcNow),
                Phase = FleetSurvey.Phase,
                Node = node,
                Vmid = vmid,
            }.AsUnreadable("no such VM on the nodes that answered"),
            IsAttached: false,
            Uuid: null
        );
}
