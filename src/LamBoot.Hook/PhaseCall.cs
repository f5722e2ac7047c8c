using LamBoot.Fleet;
using LamBoot.Fleet.Config;
using LamBoot.Fleet.Text;
using LamBoot.Hook.Identity;
using LamBoot.Linux;
using LamBoot.Linux.Processes;
using LamBoot.Pve.Config;

namespace LamBoot.Hook;

/// <summary>
/// The Proxmox VE protocol: <c>lamboot-hook VMID PHASE</c>. Whatever goes wrong, the VM starts, with two exceptions: <c>on_error =
/// "block"</c> makes a failed pre-start stop it, and a start is refused if the guest would, or might, get another VM's identity.
/// </summary>
internal sealed class PhaseCall
{
    private readonly HostRoot _root;
    private readonly TaskLog _log;
    private readonly string _phase;
    private readonly PhaseGuard _guard;
    private FleetConfig _settings = new();
    private Deadline? _deadline;
    private Phases? _phases;

    private PhaseCall(HostRoot root, int vmid, string phase)
    {
        (_root, _log, _phase) = (root, new(vmid), phase);
        _guard = new(_log, phase);
    }

    /// <summary>Runs a phase.</summary>
    /// <param name="root">The host.</param>
    /// <param name="fleetPath">The path of fleet.toml; null for the default.</param>
    /// <param name="vmid">The VMID.</param>
    /// <param name="phase">The phase.</param>
    /// <returns>The exit code: 0, or 1 to stop the start.</returns>
    public static int Run(HostRoot root, string? fleetPath, string vmid, string phase)
    {
        if (!Vmid.TryParse(vmid, out int number))
        {
            if (PhaseName.IsKnown(phase))
            {
                TaskLog.Warn($"{Vmid.Refusal(SafeText.Escape(vmid))}: nothing done");
            }

            return 0;
        }

        ThisProcess.FixUmask();
        PhaseCall call = new(root, number, phase);
        call._guard.Run(() => call.Run(fleetPath));
        call._guard.Run(call.Settle);
        return call.Chained(call.ExitCode());
    }

    private void Run(string? fleetPath)
    {
        _deadline = new(TimeSpan.FromSeconds(_settings.DeadlineSeconds), GiveUp);
        FleetToml fleet = FleetToml.Read(
            fleetPath ?? _root.Resolve(LamBootPaths.FleetToml),
            isNamed: fleetPath is not null
        );
        _deadline.Extend(TimeSpan.FromSeconds(fleet.Config.DeadlineSeconds - _settings.DeadlineSeconds));
        _settings = fleet.Config;
        ChildProcess.Patience = _settings.ProgramPatience;
        using Phases phases = new(_root, _log.Vmid, fleet, _log, _deadline);
        _phases = phases;
        switch (_phase)
        {
            case PhaseName.PreStart:
                phases.PreStart();
                break;
            case PhaseName.PostStart:
                phases.PostStart();
                break;
            case PhaseName.PostStop:
                phases.PostStop();
                break;
            default:
                break; // pre-stop: nothing to do; so too for phases that Proxmox VE may add
        }
    }

    /// <summary>If pre-start failed before it knew what the guest gets, checks that now.</summary>
    private void Settle()
    {
        if (_phase == PhaseName.PreStart)
        {
            _phases?.Identity.Check();
        }
    }

    /// <summary>Runs the chained hookscript, if there is one and the VM may start; its exit code then counts.</summary>
    private int Chained(int exitCode)
    {
        if (exitCode != 0 || _settings.ChainOf(_log.Vmid) is not { } volume)
        {
            return exitCode;
        }

        _guard.Run(new ChainedHookscript(_root, _log, _phase, volume).Exec);
        return BlockedByError();
    }

    private int ExitCode()
    {
        if (_phase != PhaseName.PreStart)
        {
            return 0;
        }

        if ((_phases is null ? StartIdentity.Unread : _phases.Identity.Danger) is { } danger)
        {
            string instead =
                _phases?.Identity.IsByArgs == true ? $", or run 'lamboot-hook attach {_log.Vmid}' first" : "";
            _log.Fail($"start refused: {danger}; fix the cause above and start it again{instead}");
            return 1;
        }

        return BlockedByError();
    }

    /// <summary>1 if a failure in pre-start stops the VM (<c>on_error</c>), else 0.</summary>
    private int BlockedByError()
    {
        if (_phase != PhaseName.PreStart || !_log.HasFailed || !_settings.BlocksOnError)
        {
            return 0;
        }

        _log.Fail("start blocked by on_error = \"block\"");
        return 1;
    }

    /// <summary>The deadline has passed: reports it, records what is known, and ends the process.</summary>
    private void GiveUp()
    {
        _guard.RunBounded(() =>
        {
            LogGivenUp();
            _phases?.RecordTimeout(_settings.DeadlineSeconds);
        });
        _guard.RunBounded(Settle);
        int exitCode = ExitCode();
        _guard.RunBounded(() => exitCode = Chained(exitCode)); // the chained hookscript's storage may hang too
        Snippet.LetGo(exitCode);
        ThisProcess.Abandon(exitCode);
    }

    private void LogGivenUp()
    {
        if (_deadline is { IsWaiting: true } && _phases is { } phases)
        {
            _log.Fail(
                $"{phases.Identity.DescribeHolder()} has held the identity file that this start needs for {_settings.LeaseWaitSeconds} s (lease_wait_seconds)"
            );
        }
        else
        {
            _log.Fail(
                $"{_phase} did not finish within {_settings.DeadlineSeconds} s (deadline_seconds) and was abandoned; check for hung storage"
            );
        }
    }
}
