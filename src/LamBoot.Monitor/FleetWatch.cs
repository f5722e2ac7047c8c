using System.Diagnostics;
using System.Runtime.InteropServices;
using LamBoot.Fleet;
using LamBoot.Pve;

namespace LamBoot.Monitor;

/// <summary>
/// <c>--watch</c>: one survey after another until SIGTERM or SIGINT. Storages and VMs may come and go, and so may a right
/// fleet.toml: what fails is said, and the next survey tries again.
/// </summary>
internal sealed class FleetWatch : IDisposable
{
    private readonly MonitorSettings _settings;
    private readonly Survey _survey;
    private readonly Reports _reports;
    private readonly IWatchView _view;
    private readonly ServiceManager _manager = new();
    private readonly ManualResetEventSlim _end = new();
    private readonly PosixSignalRegistration[] _signals;

    public FleetWatch(MonitorSettings settings)
    {
        _settings = settings;
        _survey = new(settings.Root, settings.Filter, settings.Threshold);
        _reports = new(settings);
        _view =
            settings.Json ? new ChangesAsJson()
            : Terminal.IsCapable ? new Screen()
            : new ChangesAsText();
        _signals =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, End),
            PosixSignalRegistration.Create(PosixSignal.SIGINT, End),
        ];
    }

    /// <summary>Goes on until it is ended.</summary>
    /// <returns>The exit code.</returns>
    public int Run()
    {
        WebHook? hook = null;
        do
        {
            FleetToml fleet = _settings.Fleet.Read();
            TimeSpan interval = TimeSpan.FromSeconds(_settings.Interval ?? fleet.Config.PollIntervalSeconds);
            long begun = Stopwatch.GetTimestamp();
            Survey(fleet, ref hook);
            _manager.Ready();
            TimeSpan left = interval - Stopwatch.GetElapsedTime(begun);
            Wait(left > TimeSpan.Zero ? left : TimeSpan.Zero);
        } while (!_end.IsSet && !StandardIo.Output.IsBroken);

        _manager.Stopping();
        hook?.Dispose();
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

    private void Survey(FleetToml fleet, ref WebHook? hook)
    {
        try
        {
            SurveyResult result = _survey.Read(fleet);
            _view.Show(result);
            _reports.Write(result, fleet);
            hook = WebHook.Renew(hook, _settings, fleet);
            hook?.Tell(result);
            _manager.Status(SurveyText.Summary(result));
        }
        catch (HostException e)
        {
            Program.Complain($"{e.Message}; the next survey tries again");
        }
    }

    private void Wait(TimeSpan time)
    {
        long end = Environment.TickCount64 + (long)time.TotalMilliseconds;
        long left;
        do
        {
            _manager.Alive();
            left = end - Environment.TickCount64;
        } while (left > 0 && !_end.Wait((int)Math.Min(left, _manager.AliveMilliseconds)));
    }

    private void End(PosixSignalContext signal)
    {
        signal.Cancel = true;
        _end.Set();
    }
}
