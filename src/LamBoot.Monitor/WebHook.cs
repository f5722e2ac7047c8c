using System.Net.Sockets;
using LamBoot.Fleet;
using LamBoot.Pve;

namespace LamBoot.Monitor;

/// <summary>
/// Tells a URL when VMs become critical or cease to be. What could not be told is tried again, ever more seldom; the watch
/// never waits for it. The URL is a secret: no message has any part of it.
/// </summary>
internal sealed class WebHook : IDisposable
{
    private const int AttemptsAtOnce = 4;
    private const string Alertmanager = "alertmanager";

    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(5);

    private readonly object _changed = new();
    private readonly Uri _url;
    private readonly string _format;
    private readonly bool _isWhole;
    private readonly TimeSpan _validFor;
    private readonly AlertState _state;
    private readonly HttpClient _client;
    private SurveyResult? _latest;
    private SurveyResult? _taken;
    private Thread? _sender;
    private bool _isOver;

    private WebHook(MonitorSettings settings, FleetConfig fleet, Uri url)
    {
        _url = url;
        _format = fleet.WebhookFormat;
        _isWhole = settings.Filter.IsWhole;
        _validFor = TimeSpan.FromSeconds(4L * (settings.Interval ?? fleet.PollIntervalSeconds));
        _state = new(settings.Root);
        // A redirect could lead the secret, and what is told, to plain HTTP.
        _client = new(new SocketsHttpHandler { AllowAutoRedirect = false, ConnectTimeout = RequestTimeout })
        {
            Timeout = RequestTimeout,
        };
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
    /// <returns>Whether all is told.</returns>
    public bool TellNow(SurveyResult result)
    {
        for (int attempt = 0; attempt < AttemptsAtOnce; attempt++)
        {
            if (attempt > 0)
            {
                Thread.Sleep(Pause(attempt));
            }

            if (Send(result))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Tells what is not told yet, on a thread of its own.</summary>
    public void Tell(SurveyResult result)
    {
        lock (_changed)
        {
            _latest = result;
            System.Threading.Monitor.Pulse(_changed);
            if (_sender is null)
            {
                _sender = new Thread(SendAll) { IsBackground = true };
                _sender.Start();
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

        if (_sender?.Join(RequestTimeout) != false)
        {
            _client.Dispose();
        }
    }

    private static Uri? UrlOf(MonitorSettings settings, FleetConfig fleet)
    {
        if (settings.Webhook is not null || fleet.AlertWebhook is not { } url)
        {
            return settings.Webhook;
        }

        return Uri.TryCreate(url, UriKind.Absolute, out Uri? uri)
            ? uri
            : throw new HostException("monitor.alert_webhook in fleet.toml is no URL: nothing is told; mend it there");
    }

    private void SendAll()
    {
        int failures = 0;
        while (Next(failures) is { } result)
        {
            failures = Send(result) ? 0 : failures + 1;
        }
    }

    /// <summary>The newest survey: at once when it is new, after a pause when the last attempt failed. Null at the end.</summary>
    private SurveyResult? Next(int failures)
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

    private bool Send(SurveyResult result)
    {
        List<Alert> alerts = _state.Untold(result, _isWhole);
        List<Alert> sent = [.. alerts];
        if (_format == Alertmanager)
        {
            // It forgets an alert that is not told again.
            sent.AddRange(
                result
                    .Vms.Where(vm =>
                        vm.Record.Status == HealthStatus.Critical && alerts.All(alert => alert.Record != vm.Record)
                    )
                    .Select(vm => new Alert(vm.Record, IsCritical: true))
            );
        }

        if (sent.Count == 0)
        {
            return true;
        }

        if (Post(sent) is { } failure)
        {
            string changes = alerts.Count == 1 ? "1 change is" : $"{alerts.Count} changes are";
            Program.Complain($"web hook: {failure}; {changes} not told yet");
            return false;
        }

        try
        {
            _state.Told(alerts);
        }
        catch (HostException e)
        {
            Program.Complain($"web hook: {e.Message}; a restart tells the same again");
        }

        return true;
    }

    /// <summary>Posts alerts.</summary>
    /// <returns>Why it failed, or null.</returns>
    private string? Post(List<Alert> alerts)
    {
        try
        {
            using HttpRequestMessage request = WebHookForms.Request(_format, _url, alerts, _validFor);
            using HttpResponseMessage response = _client.Send(request, HttpCompletionOption.ResponseHeadersRead);
            return response.IsSuccessStatusCode ? null : $"the receiver answered {(int)response.StatusCode}";
        }
        catch (HttpRequestException e)
        {
            // Its message has the host's name.
            SocketError? reason = (e.InnerException as SocketException)?.SocketErrorCode;
            return $"cannot reach the receiver: {e.HttpRequestError}{(reason is null ? "" : $", {reason}")}";
        }
        catch (TaskCanceledException)
        {
            return $"the receiver did not answer within {RequestTimeout.TotalSeconds:0} s";
        }
    }

    /// <summary>Twice as long after each failure, and by chance half as long to half as long again, so that nodes do not come all at once.</summary>
    private static TimeSpan Pause(int failures)
    {
        double seconds = Math.Min(FirstPause.TotalSeconds * Math.Pow(2, failures - 1), LongestPause.TotalSeconds);
        return TimeSpan.FromSeconds(seconds * (0.5 + Random.Shared.NextDouble()));
    }
}
