using System.Diagnostics;
using LamBoot.Fleet.Config;
using LamBoot.Linux.Processes;
using LamBoot.Monitor.Alerts.Kinds;
using LamBoot.Monitor.Settings;
using LamBoot.Monitor.Survey;

namespace LamBoot.Monitor.Alerts;

/// <summary>One sender per configured kind of alert: none waits for another, and each keeps track of what it has reported.</summary>
internal sealed class AlertSenders(MonitorSettings settings) : IDisposable
{
    private static readonly TimeSpan Patience = WebHookClient.RequestTimeout;

    private List<AlertSender> _senders = [];

    /// <summary>Applies the current fleet.toml; senders whose settings are unchanged stay.</summary>
    /// <returns>Why a configured kind cannot be sent; null if all can.</returns>
    public string? Renew(FleetToml fleet)
    {
        List<AlertSender> senders = [];
        List<IAlertKind> kinds = AlertKinds.Of(settings, fleet, out string? fault);
        foreach (IAlertKind kind in kinds)
        {
            if (_senders.Find(sender => sender.IsOf(kind)) is { } same)
            {
                kind.Dispose();
                senders.Add(same);
            }
            else
            {
                senders.Add(new(settings, kind));
            }
        }

        _senders.Except(senders).ToList().ForEach(sender => sender.Dispose());
        _senders = senders;
        return fault;
    }

    /// <summary>Delivers outstanding alerts and waits for the result.</summary>
    /// <param name="result">The survey.</param>
    /// <param name="interval">The time until the next one.</param>
    /// <returns>Whether everything is delivered.</returns>
    public bool NotifyNow(SurveyResult result, TimeSpan interval) =>
        _senders.Aggregate(true, (isDone, sender) => sender.NotifyNow(result, interval) && isDone);

    /// <summary>Delivers outstanding alerts on separate threads.</summary>
    /// <param name="result">The survey.</param>
    /// <param name="interval">The time until the next one.</param>
    public void Notify(SurveyResult result, TimeSpan interval) =>
        _senders.ForEach(sender => sender.Notify(result, interval));

    /// <summary>Ends all senders, along with the programs that they run.</summary>
    public void Dispose()
    {
        _senders.ForEach(sender => sender.End());
        long begun = Stopwatch.GetTimestamp();
        foreach (AlertSender sender in _senders)
        {
            TimeSpan left = Patience - Stopwatch.GetElapsedTime(begun);
            if (!sender.Wait(left > TimeSpan.Zero ? left : TimeSpan.Zero))
            {
                ChildProcess.KillAll();
                _ = sender.Wait(TimeSpan.FromSeconds(1));
            }

            sender.Dispose();
        }
    }
}
