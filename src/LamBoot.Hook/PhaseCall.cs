using LamBoot.Fleet;
using LamBoot.Fleet.Config;
using LamBoot.Fleet.Text;
using LamBoot.Linux;
using LamBoot.Linux.Processes;
using LamBoot.Pve.Config;

namespace LamBoot.Hook;

/// <summary>
/// The Proxmox VE protocol: <c>lamboot-hook VMID PHASE</c>. Whatever goes wrong, the VM starts; only
/// <c>on_error = "block"</c> lets a failed pre-start stop it, and a start that would give the guest another VM's identity, or is not
/// known not to.
/// </summary>
internal sealed class PhaseCall
{
    private const string PreStart = "pre-start";
    private const string PostStart = "post-start";
    private const string PreStop = "pre-stop";
    private const string PostStop = "post-stop";

    private static readonly TimeSpan LastWait = TimeSpan.FromSeconds(1);

    private readonly HostRoot _root;
    private readonly TaskLog _log;
    private readonly string _phase;
    private FleetConfig _settings = new();
    private Deadline? _deadline;
    private Phases? _phases;

    private PhaseCall(HostRoot root, int vmid, string phase) => (_root, _log, _phase) = (root, new(vmid), phase);

    /// <summary>
    /// Whether two arguments are a phase. A phase that is not known yet is one, and so is a known one for a VMID that is
    /// none: neither may stop a VM from starting as a usage error would.
    /// </summary>
    public static bool IsPhase(string vmid, string phase) =>
        IsKnown(phase) || (vmid.Length > 0 && char.IsAsciiDigit(vmid[0]) && !phase.StartsWith('-'));

    /// <summary>Whether it is a phase that we know.</summary>
    public static bool IsKnown(string phase) => phase is PreStart or PostStart or PreStop or PostStop;

    /// <summary>Runs a phase.</summary>
    /// <param name="root">The host.</param>
    /// <param name="fleetPath">fleet.toml; null for its usual place.</param>
    /// <param name="vmid">The VMID.</param>
    /// <param name="phase">The phase.</param>
    /// <returns>The exit code: 0, or 1 where the start is to be stopped.</returns>
    public static int Run(HostRoot root, string? fleetPath, string vmid, string phase)
    {
        if (!Vmid.TryParse(vmid, out int number))
        {
            if (IsKnown(phase))
            {
                TaskLog.Warn($"'{SafeText.Escape(vmid)}' is no VMID ({Vmid.Minimum} to {Vmid.Maximum}): nothing done");
            }

            return 0;
        }

        ThisProcess.FixUmask();
        PhaseCall call = new(root, number, phase);
        call.Guarded(() => call.Run(fleetPath));
        call.Guarded(call.Settle);
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
        using Phases phases = new(_root, _log.Vmid, fleet, _log, _deadline);
        _phases = phases;
        switch (_phase)
        {
            case PreStart:
                phases.PreStart();
                break;
            case PostStart:
                phases.PostStart();
                break;
            case PostStop:
                phases.PostStop();
                break;
            default:
                break; // pre-stop: nothing to do; others Proxmox VE may add one day
        }
    }

    /// <summary>Where pre-start failed before it was known what the guest gets, that is looked at last.</summary>
    private void Settle()
    {
        if (_phase == PreStart)
        {
            _phases?.Identity.Check();
        }
    }

    /// <summary>Calls on the chained hookscript, if there is one and the VM may start; what it exits with counts then.</summary>
    private int Chained(int exitCode)
    {
        if (exitCode != 0 || _settings.ChainOf(_log.Vmid) is not { } volume)
        {
            return exitCode;
        }

        Guarded(() => Chain(volume));
        return BlockedByError();
    }

    /// <summary>Becomes the chained hookscript; returns only where that cannot be.</summary>
    private void Chain(string volume)
    {
        if (VmConfigFile.IsContainer(_root, _log.Vmid))
        {
            return;
        }

        string reason;
        try
        {
            Hookscript script = Hookscript.Find(_root, volume);
            reason = script.IsRunnable ? Exec(_root.Resolve(script.Path!)) : script.Reason;
        }
        catch (HostException e)
        {
            reason = e.Message;
        }

        _log.Fail($"the chained hookscript {volume} did not run: {reason}");
    }

    private string Exec(string path)
    {
        Snippet.TellChained();
        return ThisProcess.Exec(path, path, $"{_log.Vmid}", _phase);
    }

    private int ExitCode()
    {
        if (_phase != PreStart)
        {
            return 0;
        }

        if ((_phases is null ? StartIdentity.Unread : _phases.Identity.Danger) is { } danger)
        {
            _log.Fail(
                $"start refused: {danger}; fix what is said above and start it again, or run 'lamboot-hook attach {_log.Vmid}' first"
            );
            return 1;
        }

        return BlockedByError();
    }

    /// <summary>1 where what failed in pre-start is to stop the VM, as <c>on_error</c> says.</summary>
    private int BlockedByError()
    {
        if (_phase != PreStart || !_log.HasFailed || !_settings.BlocksOnError)
        {
            return 0;
        }

        _log.Fail("on_error = \"block\": this start is stopped");
        return 1;
    }

    /// <summary>The deadline has passed: says so, keeps what is known, and ends the process.</summary>
    private void GiveUp()
    {
        Bounded(() =>
        {
            TellGivenUp();
            _phases?.RecordTimeout(_settings.DeadlineSeconds);
        });
        Bounded(Settle);
        int exitCode = ExitCode();
        Bounded(() => exitCode = Chained(exitCode)); // the chained hookscript's storage may hang too
        Snippet.LetGo(exitCode);
        ThisProcess.Abandon(exitCode);
    }

    private void TellGivenUp()
    {
        if (_deadline is { IsWaiting: true } && _phases is { } phases)
        {
            _log.Fail(
                $"{phases.Identity.DescribeHolder()} has had the identity file that this start's QEMU opens for {_settings.LeaseWaitSeconds} s (lease_wait_seconds)"
            );
        }
        else
        {
            _log.Fail(
                $"{_phase} did not end within {_settings.DeadlineSeconds} s (deadline_seconds): given up; see whether storage hangs"
            );
        }
    }

    /// <summary>Does what may hang itself, for a second at most; what hangs ends with the process. Without a thread it is not done.</summary>
    private void Bounded(Action action)
    {
        try
        {
            Thread thread = new(() => Guarded(action)) { IsBackground = true };
            thread.Start();
            thread.Join(LastWait);
        }
        catch (Exception e) when (e is OutOfMemoryException or ThreadStartException)
        {
            _log.Fail("the system has no thread to give");
        }
    }

    /// <summary>A fault of ours must not stop the VM either.</summary>
    private void Guarded(Action action)
    {
        try
        {
            action();
        }
        catch (HostException e)
        {
            _log.Fail(e.Message);
        }
        catch (OutOfMemoryException)
        {
            _log.Fail($"out of memory in {_phase}");
        }
        catch (Exception e)
        {
            _log.Fail($"internal error in {_phase}: {e.GetType().Name}: {e.Message}; please report it");
        }
    }
}
