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
/// <c>--cluster</c>: this node's VMs, and those of the other nodes as reported by their own <c>lamboot-pve-monitor --json</c>. A node
/// without a usable answer is in the result with the reason, and does not affect the others.
/// </summary>
internal sealed class ClusterSurvey
{
    /// <summary>The option with which one node asks another for its VMs' boots too.</summary>
    public const string BootsOption = "--boots";

    private const string Program = "lamboot-pve-monitor";

    private readonly MonitorSettings _settings;
    private readonly FleetSurvey _own;

    /// <summary>Creates a survey of all nodes.</summary>
    /// <param name="settings">The settings from the command line.</param>
    public ClusterSurvey(MonitorSettings settings)
    {
        // A requested VM may be on any node: which ones exist is known once all have answered.
        VmFilter all = settings.Filter with
        {
            Vmids = [],
            Statuses = [],
        };
        (_settings, _own) = (settings, new(settings with { Filter = all }));
    }

    /// <summary>The function that surveys the node's VMs, or the cluster's.</summary>
    public static Func<FleetToml, Action<int, int>?, SurveyResult> Reader(MonitorSettings settings) =>
        settings.Cluster ? new ClusterSurvey(settings).Read : new FleetSurvey(settings).Read;

    /// <summary>Reads the VMs of all nodes.</summary>
    /// <param name="fleet">The fleet's configuration, for this node's own VMs.</param>
    /// <param name="onProgress">Called from time to time with the number of this node's VMs read so far, and their total.</param>
    /// <exception cref="HostException">The nodes cannot be listed, or this is the only one and its VMs cannot be listed.</exception>
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

    /// <summary>
    /// The command lines to try: the page needs each VM's boots, but a version that does not report them reports everything else.
    /// </summary>
    private IReadOnlyList<IReadOnlyList<string>> Commands() =>
        _settings.Html is null
            ? [Command()]
            :
            [
                [.. Command(), BootsOption],
                Command(),
            ];

    /// <summary>
    /// The command that the other nodes run. Roles and VMIDs are filtered in their answers; a VM without OVMF is included only on request.
    /// </summary>
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
