using LamBoot.Fleet.Config;
using LamBoot.Fleet.Health;
using LamBoot.Fleet.Identity;
using LamBoot.Fleet.Log;
using LamBoot.Linux;
using LamBoot.Pve.Config;
using LamBoot.Pve.Qemu;

namespace LamBoot.Commands.Attach;

/// <summary>
/// A clone that has never started. Its args tell so, until attach changes them: what its store says is then marked as its source's, as its
/// first pre-start would.
/// </summary>
internal sealed class UnstartedClone
{
    private readonly HostRoot _root;
    private readonly FleetToml _fleet;
    private readonly int _vmid;
    private readonly VmConfig _config;
    private readonly SourceBoot? _source;

    /// <summary>Reads the store, if the VM is such a clone. Not under our own lock of the VM: reading an LVM volume takes it.</summary>
    public UnstartedClone(HostRoot root, FleetToml fleet, int vmid, VmConfig config)
    {
        (_root, _fleet, _vmid, _config) = (root, fleet, vmid, config);
        bool isClone = OpenedFiles.Of(ChannelItems.In(config.Args), fleet.Config, root).IsOfAnother(vmid);
        if (isClone && IsUnstarted())
        {
            _source = new SourceBoot(root, fleet, vmid, config, new HealthProbe(root, fleet, "attach"));
        }
    }

    /// <summary>Marks what was read, while no start is in progress; not if the VM has started since, or its store could not be read.</summary>
    public void MarkSource()
    {
        if (_source is { Health.IsUnread: false } && IsUnstarted())
        {
            _source.Mark();
        }
    }

    private bool IsUnstarted() =>
        QemuProcess.Find(_root, _vmid) is null && KnownBoots.Read(_root, _fleet.Config, _vmid, _config).IsNew;
}
