using LamBoot.Fleet.Config;
using LamBoot.Fleet.Leases;
using LamBoot.Linux;

namespace LamBoot.Hook.Identity;

/// <summary>Ends the leases that a VM's start holds.</summary>
internal sealed class StartLeases(HostRoot root, int vmid, FleetConfig fleet, TaskLog log)
{
    /// <summary>Ends this VM's leases. A phase run by hand does not end those of a start in progress.</summary>
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
