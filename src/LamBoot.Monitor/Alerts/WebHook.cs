using LamBoot.Fleet.Config;
using LamBoot.Fleet.Health;
using LamBoot.Fleet.Text;
using LamBoot.Linux;
using LamBoot.Monitor.Survey;

namespace LamBoot.Monitor.Alerts;

/// <summary>
/// Tells a URL when VMs become critical or cease to be. What could not be told is tried again, ever more seldom, and what the
/// receiver refuses is not; the watch never waits for it, and nothing that a receiver does ends it.
/// </summary>
internal sealed class WebHook : IDisposable
{
    private const int AttemptsAtOnce = 4;
    private const string Alertmanager = "alertmanager";

    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(5);

    // Beyond the intervals that an alert is valid for: a survey takes its time, and so do attempts that fail.
    private static readonly TimeSpan Grace = TimeSpan.FromMinutes(15);

    private readonly object _changed = new();
    private readonly Uri _url;
    private readonly string _format;
    private readonly bool _isWhole;
    private readonly AlertState _state;
    private readonly WebHookClient _client = new();
    private readonly HashSet<(int? Vmid, string? Uuid, bool IsCritical)> _refused = [];
    private Pending? _latest;
    private Pending? _taken;
    private Thread? _sender;
    private bool _isOver;

    private WebHook(MonitorSettings settings, FleetConfig fleet, Uri url)
    {
        _url = url;
        _format = fleet.WebhookFormat;
        _isWhole = settings.Filter.IsWhole;
        _state = new(settings.Root);
    }

    private enum Outcome
    {
        Told,
        Failed,
        Refused,
    }

    /// <summary>Whether a URL may be told: https, and plain http on the loopback interface alone.</summary>
    public static bool IsAllowed(string url) =>
        Uri.TryCreate(url, UriKind.Absolute, out Uri? uri)
        && (uri.Scheme == Uri.UriSchemeHttps || (uri.Scheme == Uri.UriSchemeHttp && uri.IsLoopback));

    /// <summary>The web hook that the command line asks for, or fleet.toml does; null where neither does.</summary>
    public static WebHook? Create(MonitorSettings settings, FleetToml fleet) =>
        UrlOf(settings, fleet.Config) is { } url ? new(settings, fleet.Config, url) : null;

    /// <summary>The web hook of a watch whose fleet.toml may have changed.</summary>
    public static WebHook? Renew(WebHook? hook, MonitorSettings settings, FleetToml fleet)
    {
        if (hook?._url == UrlOf(settings, fleet.Config) && (hook is null || hook._format == fleet.Config.WebhookFormat))
        {
            return hook;
        }

        hook?.Dispose();
        return Create(settings, fleet);
    }

    /// <summary>Tells what is not told yet, and waits for it.</summary>
    /// <param name="result">The survey.</param>
    /// <param name="interval">The time to the next one.</param>
    /// <returns>Whether all is told.</returns>
    public bool TellNow(SurveyResult result, TimeSpan interval)
    {
        Outcome outcome = Outcome.Failed;
        for (int attempt = 0; attempt < AttemptsAtOnce && outcome == Outcome.Failed; attempt++)
        {
            Thread.Sleep(attempt > 0 ? Pause(attempt) : TimeSpan.Zero);
            outcome = TrySend(new(result, ValidFor(interval)));
        }

        return outcome == Outcome.Told;
    }

    /// <summary>Tells what is not told yet, on a thread of its own.</summary>
    /// <param name="result">The survey.</param>
    /// <param name="interval">The time to the next one.</param>
    public void Tell(SurveyResult result, TimeSpan interval)
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

    public void Dispose()
    {
        lock (_changed)
        {
            _isOver = true;
            System.Threading.Monitor.Pulse(_changed);
        }

        if (_sender?.Join(WebHookClient.RequestTimeout) != false)
        {
            _client.Dispose();
        }
    }

    private static TimeSpan ValidFor(TimeSpan interval) => (4 * interval) + Grace;

    private static Uri? UrlOf(MonitorSettings settings, FleetConfig fleet)
    {
        if (settings.Webhook is not null || fleet.AlertWebhook is not { } url)
        {
            return settings.Webhook;
        }

        return Uri.TryCreate(url, UriKind.Absolute, out Uri? uri)
            ? uri
            : throw new HostException(
                "monitor.alert_webhook in fleet.toml is not a URL: no alert is sent; fix it there"
            );
    }

    private void SendAll()
    {
        int failures = 0;
        while (Next(failures) is { } survey)
        {
            failures = TrySend(survey) == Outcome.Failed ? failures + 1 : 0;
        }
    }

    /// <summary>The newest survey: at once when it is new, after a pause when the last attempt failed. Null at the end.</summary>
    private Pending? Next(int failures)
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

            // One that could not be told stays the latest: no newer one may come for a whole interval.
            _taken = _latest;
            return _isOver ? null : _latest;
        }
    }

    /// <summary>Tells a survey's changes. Whatever comes of it, the thread goes on.</summary>
    private Outcome TrySend(Pending survey)
    {
        try
        {
            return Send(survey);
        }
        catch (Exception e)
        {
            Program.Complain($"web hook: {Program.Reason(e)}");
            return Outcome.Failed;
        }
    }

    private Outcome Send(Pending survey)
    {
        List<Alert> alerts = _state.Untold(survey.Result, _isWhole);
        List<Alert> sent =
        [
            .. alerts.Where(alert => WebHookForms.Has(_format, alert)),
            .. Lasting(survey.Result, alerts),
        ];
        if (sent.Count == 0 && alerts.Count > 0)
        {
            Keep(alerts);
        }

        _refused.IntersectWith(sent.Select(alert => alert.Key));
        if (sent.All(alert => _refused.Contains(alert.Key)))
        {
            return sent.Count == 0 ? Outcome.Told : Outcome.Refused;
        }

        using HttpRequestMessage request = WebHookForms.Request(_format, _url, sent, survey.ValidFor);
        if (_client.Post(request) is { } failure)
        {
            string left = $"{Plural.Of(alerts.Count, "alert")} not delivered";
            string again = failure.IsFinal ? ": not sent again before the next run or change" : " yet";
            Program.Complain($"web hook: {failure.Reason}; {left}{again}");
            if (failure.IsFinal)
            {
                _refused.UnionWith(sent.Select(alert => alert.Key));
            }

            return failure.IsFinal ? Outcome.Refused : Outcome.Failed;
        }

        _refused.Clear();
        Keep(alerts);
        return Outcome.Told;
    }

    /// <summary>Those that were told already and that Alertmanager forgets when it is not told again.</summary>
    private IEnumerable<Alert> Lasting(SurveyResult result, List<Alert> alerts) =>
        _format != Alertmanager
            ? []
            : result
                .All.Where(vm =>
                    vm.Record.Status == HealthStatus.Critical && alerts.All(alert => alert.Record != vm.Record)
                )
                .Select(vm => new Alert(vm.Record, IsCritical: true, vm.Uuid));

    private void Keep(List<Alert> alerts)
    {
        try
        {
            _state.Told(alerts);
        }
        catch (HostException e)
        {
            Program.Complain($"web hook: {e.Message}; a restart sends the same again");
        }
    }

    /// <summary>Twice as long after each failure, and by chance half as long to half as long again, so that nodes do not come all at once.</summary>
    private static TimeSpan Pause(int failures)
    {
        double seconds = Math.Min(FirstPause.TotalSeconds * Math.Pow(2, failures - 1), LongestPause.TotalSeconds);
        return TimeSpan.FromSeconds(seconds * (0.5 + Random.Shared.NextDouble()));
    }

    private sealed record Pending(SurveyResult Result, TimeSpan ValidFor);
}
