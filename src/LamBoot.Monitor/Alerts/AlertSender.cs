using LamBoot.Monitor.Alerts.Kinds;
using LamBoot.Monitor.Settings;
using LamBoot.Monitor.Survey;

namespace LamBoot.Monitor.Alerts;

/// <summary>
/// Sends alerts of one kind when VMs become critical or cease to be. Failed deliveries are retried at growing intervals, except those that
/// the receiver rejects; the watch never waits for a delivery, and nothing that a receiver does ends the sender.
/// </summary>
internal sealed class AlertSender : IDisposable
{
    private const int AttemptsAtOnce = 4;

    // In addition to the intervals for which an alert is valid: a survey takes time, and so do failed attempts.
    private static readonly TimeSpan Grace = TimeSpan.FromMinutes(15);

    private readonly object _changed = new();
    private readonly Delivery _delivery;
    private Notice? _latest;
    private Notice? _taken;
    private Thread? _sender;
    private bool _isOver;

    /// <summary>Creates a sender.</summary>
    /// <param name="settings">The settings from the command line.</param>
    /// <param name="kind">The kind of alert.</param>
    public AlertSender(MonitorSettings settings, IAlertKind kind) => _delivery = new(settings, kind);

    /// <summary>Whether it sends alerts of a kind that was created with the same settings.</summary>
    public bool IsOf(IAlertKind kind) => (_delivery.Kind.Name, _delivery.Kind.Key) == (kind.Name, kind.Key);

    /// <summary>Delivers outstanding alerts and waits for the result.</summary>
    /// <param name="result">The survey.</param>
    /// <param name="interval">The time until the next one.</param>
    /// <returns>Whether everything is delivered.</returns>
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

    /// <summary>Delivers outstanding alerts on its own thread.</summary>
    /// <param name="result">The survey.</param>
    /// <param name="interval">The time until the next one.</param>
    public void Notify(SurveyResult result, TimeSpan interval)
    {
        lock (_changed)
        {
            _latest = new(result, ValidFor(interval));
            System.Threading.Monitor.Pulse(_changed);
            if (_sender is null)
            {
                Thread sender = new(SendAll) { IsBackground = true };
                sender.Start(); // if no thread is available, the next survey tries again
                _sender = sender;
            }
        }
    }

    /// <summary>Makes it end once it has completed its current work.</summary>
    public void End()
    {
        lock (_changed)
        {
            _isOver = true;
            System.Threading.Monitor.Pulse(_changed);
        }
    }

    /// <summary>Waits for it to end.</summary>
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

    /// <summary>The newest survey: immediately if it is new, after a pause if the last attempt failed. Null at the end.</summary>
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

            // One that could not be delivered stays the latest: it may be a whole interval before a newer one arrives.
            _taken = _latest;
            return _isOver ? null : _latest;
        }
    }

    private sealed record Notice(SurveyResult Result, TimeSpan ValidFor);
}
