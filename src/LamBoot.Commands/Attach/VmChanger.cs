using LamBoot.Commands.Selection;
using LamBoot.Fleet.Text;
using LamBoot.Linux;
using LamBoot.Pve.Config;
using LamBoot.Pve.Programs;

namespace LamBoot.Commands.Attach;

/// <summary>Changes VMs' configurations and reports the result of each.</summary>
/// <param name="root">The host.</param>
/// <param name="isDryRun">Whether to only show changes.</param>
internal sealed class VmChanger(HostRoot root, bool isDryRun)
{
    // Someone else may edit the configuration between our read and qm's.
    private const int Attempts = 3;

    private int _changed;
    private int _unchanged;

    /// <summary>Changes VMs.</summary>
    /// <param name="vmids">The VMs.</param>
    /// <param name="change">The change.</param>
    /// <param name="areNamed">Whether the user named each VMID.</param>
    /// <returns>The exit code.</returns>
    public int Run(IReadOnlyList<int> vmids, IVmChange change, bool areNamed) =>
        new EachVm(vmid => Change(vmid, change))
        {
            Summary = (skipped, failed) => Summary(change, skipped, failed),
        }.Run(vmids, areNamed);

    /// <summary>The number of VMs changed; skipped and failed ones only if there were any.</summary>
    private string Summary(IVmChange change, int skipped, int failed)
    {
        string would = isDryRun ? $"would be {change.Done}" : change.Done;
        IEnumerable<string> others =
            from other in ((int Count, string What)[])
                [(_unchanged, $"already {change.Done}"), (skipped, "skipped"), (failed, "failed")]
            where other.Count > 0
            select $", {other.Count} {other.What}";
        return $"{Plural.Of(_changed, "VM")} {would}{string.Concat(others)}";
    }

    private void Change(int vmid, IVmChange change)
    {
        for (int attempt = 1; ; attempt++)
        {
            VmConfig config = VmConfigFile.Open(root, vmid)?.Config ?? throw new HostException(WhyNone(vmid));
            VmChange planned = change.Plan(vmid, config);
            if (isDryRun)
            {
                Count(planned);
                EachVm.Say($"{NameOf(vmid, config)}: {change.Preview(vmid, planned)}");
                return;
            }

            change.Before(vmid, config);
            if (planned.IsNothing || TrySet(vmid, planned, isLast: attempt == Attempts))
            {
                EachVm.Say($"{NameOf(vmid, config)}: {change.Finish(vmid, planned)}");
                Count(planned);
                return;
            }
        }
    }

    private void Count(VmChange planned) => _ = planned.IsNothing ? _unchanged++ : _changed++;

    private string WhyNone(int vmid)
    {
        _ = VmConfigFile.List(root); // throws if no VM has one: the host's configuration is missing
        return VmConfigFile.IsContainer(root, vmid)
            ? "a container, which has no UEFI firmware"
            : "no such VM on this node; qm list shows the VMs here";
    }

    private bool TrySet(int vmid, VmChange planned, bool isLast)
    {
        try
        {
            Qm.Set(root, vmid, planned.Options());
            return true;
        }
        catch (HostException) when (!isLast && !IsAsPlanned(vmid, planned))
        {
            return false; // it was changed meanwhile, so its digest differs: plan again
        }
    }

    private bool IsAsPlanned(int vmid, VmChange planned) =>
        VmConfigFile.Open(root, vmid)?.Config.IsSame(planned.Config) == true;

    private static string NameOf(int vmid, VmConfig config) =>
        config.Name is { } name ? $"VM {vmid} ({SafeText.Escape(name)})" : $"VM {vmid}";
}
