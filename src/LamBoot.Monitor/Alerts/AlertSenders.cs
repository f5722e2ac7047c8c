using System.Diagnostics;
using LamBoot.Fleet.Config;
using LamBoot.Linux.Processes;
using LamBoot.Monitor.Alerts.Kinds;
using LamBoot.Monitor.Settings;
using LamBoot.Monitor.Survey;

namespace LamBoot.Monitor.Alerts;

/// <summary>A sender for each kind of alert that is asked for: none waits for another, and each knows for itself what it has told.</summary>
internal sealed class AlertSenders(MonitorSettings settings) : IDisposable
{
    private static readonly TimeSpan Patience = WebHookClient.RequestTimeout;

    private List<AlertSender> _senders = [];

    /// <summary>Takes over what fleet.toml says now; a sender that it says nothing new of stays.</summary>
    /// <returns>Why a kind that is asked for cannot be sent; null for none.</returns>
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

    /// <summary>Delivers what is not delivered yet, and waits for it.</summary>
    /// <param name="result">The survey.</param>
    /// <param name="interval">The time to the next one.</param>
    /// <returns>Whether all is delivered.</returns>
    public bool NotifyNow(SurveyResult result, TimeSpan interval) =>
        _senders.Aggregate(true, (isDone, sender) => sender.NotifyNow(result, interval) && isDone);

    /// <summary>Delivers what is not delivered yet, on threads of their own.</summary>
    /// <param name="result">The survey.</param>
    /// <param name="interval">The time to the next one.</param>
    public void Notify(SurveyResult result, TimeSpan interval) =>
        _senders.ForEach(sender => sender.Notify(result, interval));

    /// <summary>Ends them all, and with them the programs that they run.</summary>
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
