using LamBoot.Commands.Selection;
using LamBoot.Fleet;
using LamBoot.Fleet.Config;
using LamBoot.Fleet.Health;
using LamBoot.Fleet.Health.Verdicts;
using LamBoot.Fleet.Identity;
using LamBoot.Fleet.Leases;
using LamBoot.Fleet.Log;
using LamBoot.Linux;
using LamBoot.Pve.Config;

namespace LamBoot.Commands.List;

/// <summary>Gathers what <c>list</c> shows, without reading a variable store: that is the monitor's job.</summary>
internal sealed class VmLister(HostRoot root, FleetToml fleet)
{
    private const string Container = "container";

    private readonly HealthProbe _probe = new(root, fleet, "inspect");

    /// <summary>Returns what is known about VMs.</summary>
    public IReadOnlyList<ListedVm> List(IReadOnlyList<FoundVm> vms)
    {
        IReadOnlyDictionary<int, HealthRecord> newest = Newest(vms.Select(vm => vm.Vmid));
        return [.. vms.Select(vm => Of(vm, newest.GetValueOrDefault(vm.Vmid)))];
    }

    /// <summary>The containers on the node, which have no firmware and nothing of ours.</summary>
    public IReadOnlyList<ListedVm> Containers() =>
        [.. VmConfigFile.Containers(root).Select(vmid => new ListedVm { Vmid = vmid, Kind = Container })];

    private ListedVm Of(FoundVm vm, HealthRecord? last)
    {
        if (vm.Config is not { } config)
        {
            bool isContainer = VmConfigFile.IsContainer(root, vm.Vmid);
            return new()
            {
                Vmid = vm.Vmid,
                Kind = isContainer ? Container : "vm",
                Fault = vm.Fault,
            };
        }

        HealthRecord about = _probe.About(vm.Vmid, config);
        HealthRecord? known = last?.Uuid is { } uuid && about.Uuid is { } own && uuid != own ? null : last; // an earlier VM with this VMID
        return new()
        {
            Vmid = vm.Vmid,
            Kind = config.IsTemplate ? "template" : "vm",
            Name = config.Name,
            Ovmf = config.IsOvmf,
            Hookscript = LamBootPaths.IsOurHookscript(config.Hookscript),
            Channels = [.. ChannelItems.In(config.NextArgs).Select(item => item.Channel.Word()).Distinct()],
            Identity = Identity(vm.Vmid, config),
            Role = about.Role,
            Verdict = known?.Verdict?.Word(),
            Status = known?.Status.Word(),
            VerdictAt = known?.ObservedAt,
        };
    }

    private string? Identity(int vmid, VmConfig config)
    {
        try
        {
            IdentityDocument? document = IdentityDocument.Read(root.Resolve(fleet.Config.DocumentPath(vmid)));
            return document is null ? null
                : document.Vmid is { } named && named != $"{vmid}" ? (IsLent(vmid) ? "lent" : "other")
                : fleet.Errors.Count > 0 ? "unknown"
                : document.IsOutdated(vmid, config, fleet.Config) ? "outdated"
                : "current";
        }
        catch (HostException)
        {
            return "invalid";
        }
    }

    private bool IsLent(int vmid) => new DocumentLeases(root, fleet.Config, vmid).IsLent(vmid);

    /// <summary>The newest record of each VM; an unreadable log is reported, and the rest is still shown.</summary>
    private IReadOnlyDictionary<int, HealthRecord> Newest(IEnumerable<int> vmids)
    {
        try
        {
            return HealthLog.NewestOfEach(root.Resolve(fleet.Config.LogPath), vmids);
        }
        catch (HostException e)
        {
            ErrorLog.Write($"no verdicts: {e.Message}");
            return new Dictionary<int, HealthRecord>();
        }
    }
}
