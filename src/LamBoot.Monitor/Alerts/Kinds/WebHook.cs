using LamBoot.Fleet;
using LamBoot.Fleet.Config;

namespace LamBoot.Monitor.Alerts.Kinds;

/// <summary>A POST to a URL in a format that the receiver understands.</summary>
/// <param name="url">The URL. Secret.</param>
/// <param name="format">The format.</param>
/// <param name="header">A header to send along, <c>NAME: VALUE</c>, or null. Secret.</param>
internal sealed class WebHook(Uri url, string format, string? header) : IAlertKind
{
    private const string Own = "json";

    private static readonly (string Host, string Format)[] KnownHosts =
    [
        ("hooks.slack.com", "slack"),
        ("discord.com", "discord"),
        ("discordapp.com", "discord"),
        ("ntfy.sh", "ntfy"),
    ];

    private readonly Lazy<WebHookClient> _client = new(); // many webhook objects are only compared with the previous one

    public string Name => "web hook";

    public string Key => $"{url}\n{format}\n{header}";

    public string StatePath => LamBootPaths.Alerts;

    public string Delivered => $"the receiver accepted it ({format})";

    public int MaximumAttempts => int.MaxValue;

    public bool ForgetsWhatLasts => format == WebHookUrl.PlainFormat;

    /// <summary>Whether a URL may be notified: https, or plain http on the loopback interface or at a private address only.</summary>
    public static bool IsAllowed(string url) =>
        Uri.TryCreate(url, UriKind.Absolute, out Uri? uri)
        && (
            uri.Scheme == Uri.UriSchemeHttps
            || (uri.Scheme == Uri.UriSchemeHttp && (uri.IsLoopback || WebHookUrl.IsPrivate(uri.Host)))
        );

    /// <summary>The format: the one in fleet.toml, else that of the service recognized by its host.</summary>
    public static string FormatOf(Uri url, string? said) =>
        said
        ?? KnownHosts
            .Where(known => known.Host == url.Host || url.Host.EndsWith($".{known.Host}", StringComparison.Ordinal))
            .Select(known => known.Format)
            .FirstOrDefault(Own);

    public bool Has(Alert alert) => WebHookForms.Has(format, alert);

    public IEnumerable<IReadOnlyList<Alert>> Messages(IReadOnlyList<Alert> alerts) => alerts.Count > 0 ? [alerts] : [];

    public DeliveryFailure? Send(IReadOnlyList<Alert> alerts, TimeSpan validFor)
    {
        using HttpRequestMessage request = WebHookForms.Request(format, url, alerts, validFor);
        if (header?.Split(':', 2, StringSplitOptions.TrimEntries) is [string name, string value])
        {
            bool isTaken = request.Headers.TryAddWithoutValidation(name, value);
            if (!isTaken)
            {
                return new("webhook_header names a header that only the monitor may set", IsFinal: true);
            }
        }

        return _client.Value.Post(request);
    }

    public void Dispose()
    {
        if (_client.IsValueCreated)
        {
            _client.Value.Dispose();
        }
    }
}
