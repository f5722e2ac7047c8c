using LamBoot.Fleet.Config;
using LamBoot.Linux;
using LamBoot.Monitor.Settings;

namespace LamBoot.Monitor.Alerts.Kinds;

/// <summary>The kinds of alerts configured on the command line and in fleet.toml.</summary>
internal static class AlertKinds
{
    /// <summary>All of them.</summary>
    /// <param name="settings">The settings from the command line.</param>
    /// <param name="fleet">fleet.toml.</param>
    /// <param name="fault">Why a configured one is not included; null if all are.</param>
    public static List<IAlertKind> Of(MonitorSettings settings, FleetToml fleet, out string? fault)
    {
        List<IAlertKind> kinds = [];
        fault = null;
        try
        {
            if (settings.WebhookOf(fleet) is { } url)
            {
                kinds.Add(WebHookOf(settings, url, fleet.Config));
            }
        }
        catch (HostException e)
        {
            fault = e.Message;
        }

        // A webhook on the command line requests only that one.
        if (settings.NotifiesAll && fleet.Config.MailTo is { } recipient)
        {
            kinds.Add(new Mail(settings.Root, recipient, fleet.Config.LogPath));
        }

        if (settings.NotifiesAll && fleet.Config.RunOnChange is { } program)
        {
            kinds.Add(new ChangeProgram(settings.Root, program));
        }

        return kinds;
    }

    private static WebHook WebHookOf(MonitorSettings settings, Uri url, FleetConfig config)
    {
        string format = WebHook.FormatOf(url, config.WebhookFormat);
        bool isAllowed = url.Scheme == Uri.UriSchemeHttps || url.IsLoopback || format == WebHookUrl.PlainFormat;
        return isAllowed
            ? new(url, format, settings.Webhook is null ? config.WebhookHeader : null)
            : throw new HostException(
                $"--webhook is plain HTTP, so no alert is sent: use an https:// URL, or set webhook_format = \"{WebHookUrl.PlainFormat}\""
            );
    }
}
