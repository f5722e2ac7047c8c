using LamBoot.Fleet.Health;
using LamBoot.Fleet.Text;
using LamBoot.Linux;
using LamBoot.Monitor.Settings;
using LamBoot.Monitor.Survey;

namespace LamBoot.Monitor.Alerts;

/// <summary>What came of an attempt to deliver alerts.</summary>
internal enum DeliveryOutcome
{
    /// <summary>Nothing is left to deliver.</summary>
    Delivered,

    /// <summary>It is to be tried again.</summary>
    Failed,

    /// <summary>The receiver does not want it, and would not the next time.</summary>
    Refused,
}

/// <summary>Delivers a survey's changes to the web hook's receiver, one attempt at a time.</summary>
internal sealed class Delivery(MonitorSettings settings, Uri url, string format) : IDisposable
{
    private const string Alertmanager = "alertmanager";

    private readonly AlertState _state = new(settings.Root);
    private readonly WebHookClient _client = new();
    private readonly HashSet<(int? Vmid, string? Uuid, bool IsCritical)> _refused = [];
    private CriticalVms? _critical;

    /// <summary>Where to.</summary>
    public Uri Url => url;

    /// <summary><c>[monitor] webhook_format</c>.</summary>
    public string Format => format;

    /// <summary>Delivers a survey's changes. Whatever comes of it, no exception leaves it.</summary>
    /// <param name="result">The survey.</param>
    /// <param name="validFor">How long an alert is valid if it does not come again.</param>
    public DeliveryOutcome Try(SurveyResult result, TimeSpan validFor)
    {
        try
        {
            return Send(result, validFor);
        }
        catch (Exception e)
        {
            ErrorLog.Write($"web hook: {ErrorLog.Reason(e)}");
            return DeliveryOutcome.Failed;
        }
    }

    public void Dispose() => _client.Dispose();

    /// <summary>What is to be sent: the changes that the format has words for, and for Alertmanager, which forgets an alert that does not come again, those that last.</summary>
    /// <param name="format">The web hook's format.</param>
    /// <param name="result">The survey.</param>
    /// <param name="changes">Its changes.</param>
    public static List<Alert> ToSend(string format, SurveyResult result, IReadOnlyList<Alert> changes) =>
        format != Alertmanager
            ? [.. changes.Where(alert => WebHookForms.Has(format, alert))]
            :
            [
                .. changes,
                .. result
                    .All.Where(vm => vm.Record.Status == HealthStatus.Critical)
                    .Where(vm => changes.All(alert => alert.Record != vm.Record))
                    .Select(vm => new Alert(vm.Record, IsCritical: true, vm.Uuid)),
            ];

    private DeliveryOutcome Send(SurveyResult result, TimeSpan validFor)
    {
        _critical ??= _state.Read();
        List<Alert> changes = _critical.Changes(result, settings.Filter.IsWhole, DateTimeOffset.UtcNow);
        List<Alert> sent = ToSend(format, result, changes);
        _refused.IntersectWith(sent.Select(alert => alert.Key));
        if (sent.All(alert => _refused.Contains(alert.Key)))
        {
            Keep(_critical, [.. changes.Where(alert => !WebHookForms.Has(format, alert))]);
            return sent.Count == 0 ? DeliveryOutcome.Delivered : DeliveryOutcome.Refused;
        }

        using HttpRequestMessage request = WebHookForms.Request(format, url, sent, validFor);
        if (_client.Post(request) is { } failure)
        {
            return Log(failure, changes.Count, sent);
        }

        _refused.Clear();
        Keep(_critical, changes);
        return DeliveryOutcome.Delivered;
    }

    private DeliveryOutcome Log(PostFailure failure, int changes, List<Alert> sent)
    {
        string left = $"{Plural.Of(changes, "alert")} not delivered";
        string again = failure.IsFinal ? ": not sent again before the next run or change" : " yet";
        ErrorLog.Write($"web hook: {failure.Reason}; {left}{again}");
        if (!failure.IsFinal)
        {
            return DeliveryOutcome.Failed;
        }

        _refused.UnionWith(sent.Select(alert => alert.Key));
        return DeliveryOutcome.Refused;
    }

    private void Keep(CriticalVms critical, List<Alert> changes)
    {
        if (changes.Count == 0)
        {
            return;
        }

        critical.Apply(changes);
        try
        {
            _state.Write(critical);
        }
        catch (HostException e)
        {
            ErrorLog.Write($"web hook: {e.Message}; a restart sends the same again");
        }
    }
}
