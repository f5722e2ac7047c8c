using LamBoot.Monitor.Alerts.Kinds;
using LamBoot.Monitor.Settings;
using LamBoot.Monitor.Survey;

namespace LamBoot.Monitor.Alerts;

/// <summary>
/// Sends alerts by one kind when VMs become critical or cease to be. What could not be delivered is tried again, ever more seldom, and what
/// the receiver refuses is not; the watch never waits for it, and nothing that a receiver does ends it.
/// </summary>
internal sealed class AlertSender : IDisposable
{
    private const int AttemptsAtOnce = 4;

    // Beyond the intervals that an alert is valid for: a survey takes its time, and so do attempts that fail.
    private static readonly TimeSpan Grace = TimeSpan.FromMinutes(15);

    private readonly object _changed = new();
    private readonly Delivery _delivery;
    private Notice? _latest;
    private Notice? _taken;
    private Thread? _sender;
    private bool _isOver;

    /// <summary>A sender.</summary>
    /// <param name="settings">What the command line asks for.</param>
    /// <param name="kind">The kind of alert.</param>
    public AlertSender(MonitorSettings settings, IAlertKind kind) => _delivery = new(settings, kind);

    /// <summary>Whether it sends by a kind, made of the same.</summary>
    public bool IsOf(IAlertKind kind) => (_delivery.Kind.Name, _delivery.Kind.Key) == (kind.Name, kind.Key);

    /// <summary>Delivers what is not delivered yet, and waits for it.</summary>
    /// <param name="result">The survey.</param>
    /// <param name="interval">The time to the next one.</param>
    /// <returns>Whether all is delivered.</returns>
    public bool NotifyNow(SurveyResult result, TimeSpan interval)
    {
        DeliveryOutcome outcome = DeliveryOutcome.Failed;
        for (int attempt = 0; attempt < AttemptsAtOnce && outcome == DeliveryOutcome.Failed; attempt++)
        {
            Thread.Sleep(attempt > 0 ? Pause(attempt) : TimeSpan.Zero);
            outcome = _delivery.Try(result, ValidFor(interval));
        }

        return outcome == DeliveryOutcome.Delivered;
    }

    /// <summary>Delivers what is not delivered yet, on a thread of its own.</summary>
    /// <param name="result">The survey.</param>
    /// <param name="interval">The time to the next one.</param>
    public void Notify(SurveyResult result, TimeSpan interval)
    {
        lock (_changed)
        {
            _latest = new(result, ValidFor(interval));
            System.Threading.Monitor.Pulse(_changed);
            if (_sender is null)
            {
                Thread sender = new(SendAll) { IsBackground = true };
                sender.Start(); // where no thread can be had, the next survey tries again
                _sender = sender;
            }
        }
    }

    /// <summary>Has it end: what it is at, it still does.</summary>
    public void End()
    {
        lock (_changed)
        {
            _isOver = true;
            System.Threading.Monitor.Pulse(_changed);
        }
    }

    /// <summary>Waits for its end.</summary>
    /// <returns>Whether it has ended.</returns>
    public bool Wait(TimeSpan time) => _sender?.Join(time) != false;

    public void Dispose()
    {
        End();
        if (Wait(TimeSpan.Zero))
        {
            _delivery.Dispose();
        }
    }

    private static TimeSpan ValidFor(TimeSpan interval) => (4 * interval) + Grace;

    private static TimeSpan Pause(int failures) => RetryPause.After(failures, Random.Shared.NextDouble());

    private void SendAll()
    {
        int failures = 0;
        while (Next(failures) is { } notice)
        {
            DeliveryOutcome outcome = _delivery.Try(notice.Result, notice.ValidFor);
            failures = outcome == DeliveryOutcome.Failed ? failures + 1 : 0;
        }
    }

    /// <summary>The newest survey: at once when it is new, after a pause when the last attempt failed. Null at the end.</summary>
    private Notice? Next(int failures)
    {
        lock (_changed)
        {
            if (failures > 0)
            {
                long end = Environment.TickCount64 + (long)Pause(failures).TotalMilliseconds;
                while (!_isOver && end - Environment.TickCount64 is > 0 and long left)
                {
                    System.Threading.Monitor.Wait(_changed, (int)left);
                }
            }
            else
            {
                while (!_isOver && _latest == _taken)
                {
                    System.Threading.Monitor.Wait(_changed);
                }
            }

            // One that could not be delivered stays the latest: no newer one may come for a whole interval.
            _taken = _latest;
            return _isOver ? null : _latest;
        }
    }

    private sealed record Notice(SurveyResult Result, TimeSpan ValidFor);
}
