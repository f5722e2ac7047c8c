using System.Diagnostics;
using System.Runtime.InteropServices;
using LamBoot.Fleet.Config;
using LamBoot.Fleet.Text;
using LamBoot.Linux.Terminal;
using LamBoot.Monitor.Alerts;
using LamBoot.Monitor.Nodes;
using LamBoot.Monitor.Output;
using LamBoot.Monitor.Settings;
using LamBoot.Monitor.Survey;

namespace LamBoot.Monitor.Watch;

/// <summary>
/// <c>--watch</c>: one survey after another until SIGTERM or SIGINT. Storages and VMs may come and go, and so may a valid fleet.toml:
/// failures are reported, and the next survey tries again.
/// </summary>
internal sealed class FleetWatch : IDisposable
{
    private readonly MonitorSettings _settings;
    private readonly Func<FleetToml, Action<int, int>?, SurveyResult> _read;
    private readonly Reports _reports;
    private readonly AlertSenders _alerts;
    private readonly IWatchView _view;
    private readonly ServiceManager _manager = new();
    private readonly ManualResetEventSlim _end = new();
    private readonly PosixSignalRegistration[] _signals;
    private string? _failure;

    public FleetWatch(MonitorSettings settings)
    {
        _settings = settings;
        _read = ClusterSurvey.Reader(settings);
        _reports = new(settings);
        _alerts = new(settings);
        _view =
            settings.Json ? new ChangesAsJson()
            : Terminal.IsCapable ? new Screen(() => settings.IntervalOf(settings.Fleet.Read()), settings.Wide)
            : new ChangesAsText();
        _signals =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, End),
            PosixSignalRegistration.Create(PosixSignal.SIGINT, End),
        ];
    }

    /// <summary>Runs until it is terminated.</summary>
    /// <returns>The exit code.</returns>
    public int Run()
    {
        do
        {
            FleetToml fleet = _settings.Fleet.Read();
            long begun = Stopwatch.GetTimestamp();
            Survey(fleet);
            _manager.Ready();
            WaitSince(begun);
        } while (!_end.IsSet && !StandardIo.Output.IsBroken);

        _manager.Stopping();
        _alerts.Dispose();
        _view.End();
        return 0;
    }

    public void Dispose()
    {
        foreach (PosixSignalRegistration signal in _signals)
        {
            signal.Dispose();
        }

        _end.Dispose();
    }

    /// <summary>Makes a survey and its outputs. A failure is reported once, and nobody is notified.</summary>
    private void Survey(FleetToml fleet)
    {
        SurveyResult? result = null;
        string? failure = Try(() => result = _read(fleet, null));
        if (result is null)
        {
            LogOnce(failure);
            _reports.WriteDown();
            _manager.Status(SafeText.EscapeLine(failure!));
            return;
        }

        // Each is independent.
        string? unseen = Try(() => _view.Show(result));
        _ = _reports.Write(result, fleet);
        string? fault = null;
        string? undelivered = !_settings.Notifies
            ? null
            : Try(() =>
            {
                fault = _alerts.Renew(fleet);
                _alerts.Notify(result, _settings.IntervalOf(fleet));
            });
        LogOnce(undelivered ?? fault ?? unseen);
        _manager.Status(SurveyText.Summary(result));
    }

    private static string? Try(Action action)
    {
        try
        {
            action();
            return null;
        }
        catch (Exception e)
        {
            return ErrorLog.Reason(e);
        }
    }

    /// <summary>Reports a failure once for as long as it lasts.</summary>
    private void LogOnce(string? failure)
    {
        if (failure is not null && failure != _failure)
        {
            ErrorLog.Write($"{failure}; the next survey tries again");
        }

        _failure = failure;
    }

    /// <summary>Waits for the next survey. fleet.toml may change the interval meanwhile, so it is checked once a minute.</summary>
    private void WaitSince(long begun)
    {
        TimeSpan left;
        do
        {
            _manager.Alive();
            left = _settings.IntervalOf(_settings.Fleet.Read()) - Stopwatch.GetElapsedTime(begun);
        } while (left > TimeSpan.Zero && !_end.Wait((int)Math.Min(left.TotalMilliseconds, _manager.AliveMilliseconds)));
    }

    private void End(PosixSignalContext signal)
    {
        signal.Cancel = true;
        _end.Set();
    }
}
