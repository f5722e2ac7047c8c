using LamBoot.Fleet.Health;
using LamBoot.Fleet.Text;
using LamBoot.Linux;
using LamBoot.Monitor.Alerts.Kinds;
using LamBoot.Monitor.Settings;
using LamBoot.Monitor.Survey;

namespace LamBoot.Monitor.Alerts;

/// <summary>The outcome of an attempt to deliver alerts, best first.</summary>
internal enum DeliveryOutcome
{
    /// <summary>Nothing is left to deliver.</summary>
    Delivered,

    /// <summary>The receiver rejects it, and would do so again.</summary>
    Refused,

    /// <summary>To be retried.</summary>
    Failed,
}

/// <summary>Delivers a survey's changes by one kind of alert, one attempt at a time.</summary>
internal sealed class Delivery(MonitorSettings settings, IAlertKind kind) : IDisposable
{
    private const int GivenUp = int.MaxValue; // instead of a number of attempts

    private readonly AlertState _state = new(settings.Root, kind.StatePath);
    private readonly Dictionary<(int? Vmid, string? Uuid, bool IsCritical), int> _attempts = [];
    private CriticalVms? _critical;

    public IAlertKind Kind => kind;

    /// <summary>Delivers a survey's changes. No exception escapes.</summary>
    /// <param name="result">The survey.</param>
    /// <param name="validFor">How long an alert is valid unless it is repeated.</param>
    public DeliveryOutcome Try(SurveyResult result, TimeSpan validFor)
    {
        try
        {
            return Send(result, validFor);
        }
        catch (Exception e)
        {
            ErrorLog.Write($"{kind.Name}: {ErrorLog.Reason(e)}");
            return DeliveryOutcome.Failed;
        }
    }

    public void Dispose() => kind.Dispose();

    /// <summary>
    /// The alerts to send: the changes that the kind supports and, to a receiver that forgets alerts unless they are repeated, the ongoing
    /// ones: also for a VM that is only locked meanwhile, but not for VMs excluded from alerts otherwise.
    /// </summary>
    /// <param name="kind">The kind.</param>
    /// <param name="result">The survey.</param>
    /// <param name="changes">Its changes.</param>
    /// <param name="known">Those delivered earlier.</param>
    public static List<Alert> ToSend(
        IAlertKind kind,
        SurveyResult result,
        IReadOnlyList<Alert> changes,
        CriticalVms known
    ) =>
        !kind.ForgetsWhatLasts
            ? [.. changes.Where(kind.Has)]
            :
            [
                .. changes,
                .. result
                    .All.Where(vm => vm.Record.Status == HealthStatus.Critical)
                    .Where(vm => !vm.IsQuiet || (vm.Quiet == Quiet.Locked && known.Has(vm.Record.Vmid ?? 0)))
                    .Where(vm => changes.All(alert => alert.Record != vm.Record))
                    .Select(vm => new Alert(vm.Record, IsCritical: true, vm.Uuid)),
            ];

    private DeliveryOutcome Send(SurveyResult result, TimeSpan validFor)
    {
        _critical ??= _state.Read();
        List<Alert> changes = _critical.Changes(result, settings.Filter.IsWhole, DateTimeOffset.UtcNow);
        List<Alert> sent = ToSend(kind, result, changes, _critical);
        Keep(_critical, changes.Except(sent));
        ForgetAllBut(sent);
        DeliveryOutcome outcome = DeliveryOutcome.Delivered;
        foreach (IReadOnlyList<Alert> message in kind.Messages(sent))
        {
            DeliveryOutcome one = message.All(IsGivenUp) ? DeliveryOutcome.Refused : Send(message, validFor);
            outcome = one > outcome ? one : outcome;
            Keep(_critical, one == DeliveryOutcome.Delivered ? message.Intersect(changes) : []);
        }

        return outcome;
    }

    private DeliveryOutcome Send(IReadOnlyList<Alert> message, TimeSpan validFor)
    {
        if (kind.Send(message, validFor) is not { } failure)
        {
            ForgetAttempts(message);
            return DeliveryOutcome.Delivered;
        }

        int attempts =
            message.Where(alert => !IsGivenUp(alert)).Max(alert => _attempts.GetValueOrDefault(alert.Key)) + 1;
        bool isFinal = failure.IsFinal || attempts >= kind.MaximumAttempts;
        foreach (Alert alert in message)
        {
            _attempts[alert.Key] = isFinal ? GivenUp : attempts;
        }

        string left = $"{Plural.Of(message.Count, "alert")} not delivered";
        string again = isFinal ? ": not retried before the next run or change" : " yet";
        ErrorLog.Write($"{kind.Name}: {failure.Reason}; {left}{again}");
        return isFinal ? DeliveryOutcome.Refused : DeliveryOutcome.Failed;
    }

    private bool IsGivenUp(Alert alert) => _attempts.GetValueOrDefault(alert.Key) == GivenUp;

    private void ForgetAllBut(IReadOnlyList<Alert> sent)
    {
        foreach (
            (int? Vmid, string? Uuid, bool IsCritical) key in _attempts
                .Keys.Except([.. sent.Select(alert => alert.Key)])
                .ToList()
        )
        {
            _attempts.Remove(key);
        }
    }

    private void Keep(CriticalVms critical, IEnumerable<Alert> delivered)
    {
        List<Alert> alerts = [.. delivered];
        if (alerts.Count == 0)
        {
            return;
        }

        critical.Apply(alerts);
        try
        {
            _state.Write(critical);
        }
        catch (HostException e)
        {
            ErrorLog.Write($"{kind.Name}: {e.Message}; after a restart the same alerts are sent again");
        }
    }

    private void ForgetAttempts(IReadOnlyList<Alert> alerts)
    {
        foreach (Alert alert in alerts)
        {
            _attempts.Remove(alert.Key);
        }
    }
}
