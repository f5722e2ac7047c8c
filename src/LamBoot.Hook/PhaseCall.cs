using LamBoot.Fleet;
using LamBoot.Pve;

namespace LamBoot.Hook;

/// <summary>
/// The Proxmox VE protocol: <c>lamboot-hook VMID PHASE</c>. Whatever goes wrong, the VM starts; only
/// <c>on_error = "block"</c> lets a failed pre-start stop it.
/// </summary>
internal static class PhaseCall
{
    private const string PreStart = "pre-start";
    private const string PostStart = "post-start";
    private const string PreStop = "pre-stop";
    private const string PostStop = "post-stop";

    /// <summary>
    /// Whether two arguments are a phase. A phase that is not known yet is one, and so is a known one for a VMID that is
    /// none: neither may stop a VM from starting as a usage error would.
    /// </summary>
    public static bool IsOne(string vmid, string phase) =>
        phase is PreStart or PostStart or PreStop or PostStop
        || (vmid.Length > 0 && char.IsAsciiDigit(vmid[0]) && !phase.StartsWith('-'));

    /// <summary>Runs a phase.</summary>
    /// <param name="root">The host.</param>
    /// <param name="fleetPath">fleet.toml; null for its usual place.</param>
    /// <param name="vmid">The VMID.</param>
    /// <param name="phase">The phase.</param>
    /// <returns>The exit code: 0, or 1 where a failed pre-start is to stop the VM.</returns>
    public static int Run(HostRoot root, string? fleetPath, string vmid, string phase)
    {
        if (phase is not (PreStart or PostStart or PostStop))
        {
            return 0; // pre-stop: nothing to do; others Proxmox VE may add one day
        }

        if (!Vmid.TryParse(vmid, out int number))
        {
            TaskLog.Warn($"'{SafeText.Escape(vmid)}' is no VMID ({Vmid.Minimum} to {Vmid.Maximum}): nothing done");
            return 0;
        }

        FleetToml fleet = FleetToml.Read(fleetPath ?? root.Resolve(FleetConfig.DefaultPath));
        TaskLog log = new(number);
        try
        {
            Run(new(root, number, fleet, log), phase);
        }
        catch (HostException e)
        {
            log.Fail(e.Message);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // A fault of ours must not stop the VM either.
            log.Fail($"internal error in {phase}: {e.GetType().Name}: {e.Message}; please report it");
        }

        if (!log.HasFailed || phase != PreStart || !fleet.Config.BlocksOnError)
        {
            return 0;
        }

        log.Fail("on_error = \"block\": this start is stopped");
        return 1;
    }

    private static void Run(Phases phases, string phase)
    {
        switch (phase)
        {
            case PreStart:
                phases.PreStart();
                break;
            case PostStart:
                phases.PostStart();
                break;
            default:
                phases.PostStop();
                break;
        }
    }
}
