using LamBoot.Fleet;
using LamBoot.Fleet.Config;
using LamBoot.Fleet.Identity;
using LamBoot.Fleet.Leases;
using LamBoot.Linux;
using LamBoot.Pve.Config;
using LamBoot.Pve.Qemu;

namespace LamBoot.Commands.Attach;

/// <summary>
/// What <c>attach</c> does to a VM: sets the hookscript and args line with <c>qm set</c>, after writing the identity document, because QEMU
/// does not start if a file in args is missing.
/// </summary>
internal sealed class Attachment(HostRoot root, FleetToml toml, string hookscript, bool replaces) : IVmChange
{
    private const string Nothing = "already attached";

    private static readonly TimeSpan LockWait = TimeSpan.FromSeconds(10);

    private readonly FleetConfig _fleet = toml.Config;

    public string Done => "attached";

    public VmChange Plan(int vmid, VmConfig config) =>
        ChangePlan.Attach(vmid, config, _fleet, hookscript, replaces, other => Hookscript.Find(root, other).IsRunnable);

    public void Before(int vmid, VmConfig config)
    {
        UnstartedClone clone = new(root, toml, vmid, config);

        // While we hold the lock, no start is in progress.
        using ConfigLock configLock = ConfigLock.Take(root, vmid, LockWait);
        if (!configLock.IsHeld)
        {
            throw new HostException($"{configLock.Holder} holds its lock; try again");
        }

        IdentityDocument document = IdentityDocument.For(vmid, config, _fleet, Node.Name(root), DateTimeOffset.UtcNow);
        new DocumentLeases(root, _fleet, vmid).WriteOwn(_ => document);
        clone.MarkSource();
    }

    public string Preview(int vmid, VmChange change) =>
        change.IsNothing ? Nothing : $"would write {_fleet.DocumentPath(vmid)}, then run: {change.Command(vmid)}";

    public string Finish(int vmid, VmChange change)
    {
        if (change.IsNothing)
        {
            return Nothing;
        }

        string instead = Upstream.IsHookscript(change.Config.Hookscript)
            ? $" replacing {change.Config.Hookscript}"
            : "";
        string script = change.Hookscript is null ? "" : $"hookscript {change.Hookscript}{instead}, ";
        string next = QemuProcess.Find(root, vmid) is null
            ? "takes effect at the next start"
            : "running; takes effect at the next stop and start";
        string channels = _fleet.Channels is [Channel.FwCfg]
            ? ""
            : $" ({string.Join(", ", _fleet.Channels.Select(channel => channel.Word()))})";
        return $"attached: {script}args points to {_fleet.DocumentPath(vmid)}{channels}; {next}";
    }
}
