using LamBoot.Fleet.Config;
using LamBoot.Fleet.Leases;
using LamBoot.Linux;

namespace LamBoot.Hook.Identity;

/// <summary>The leases that a VM's start has, at their end.</summary>
internal sealed class StartLeases(HostRoot root, int vmid, FleetConfig fleet, TaskLog log)
{
    /// <summary>Ends this VM's leases. By hand nothing of a start that is under way is given back.</summary>
    public void GiveBack(PhaseLock phaseLock)
    {
        try
        {
            DocumentLeases leases = new(root, fleet, vmid);
            if (!leases.HasAny())
            {
                return;
            }

            if (!phaseLock.Take().IsHeld)
            {
                log.Note($"{phaseLock.Take().Holder} holds VM {vmid}'s lock: leaving its identity files unchanged");
            }
            else if (leases.GiveBack() is { } owner)
            {
                log.Fact($"restored VM {owner}'s identity file");
            }
        }
        catch (HostException e)
        {
            log.Fail($"identity file not restored: {e.Message}; the next start that needs it will restore it");
        }
    }
}
