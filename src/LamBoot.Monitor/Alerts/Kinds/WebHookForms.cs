using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using LamBoot.Fleet.Health;
using LamBoot.Fleet.Text;

namespace LamBoot.Monitor.Alerts.Kinds;

/// <summary>
/// What is posted to a webhook: JSON of our own, or a service's format. Guest-written text is data in each of them: it cannot mention
/// anyone, create links, or act as markup.
/// </summary>
internal static class WebHookForms
{
    private const int MaximumLines = 20;
    private const int MaximumDiscord = 2_000; // Discord's own limit, in characters

    /// <summary>Whether a format supports a change: upstream's has no recovery.</summary>
    public static bool Has(string format, Alert alert) => format != "lamboot" || alert.IsCritical;

    /// <summary>The request that reports changes.</summary>
    /// <param name="format"><c>[monitor] webhook_format</c>.</param>
    /// <param name="url">The URL.</param>
    /// <param name="alerts">The changes, at least one.</param>
    /// <param name="validFor">How long an alert is valid unless it is repeated; for Alertmanager only.</param>
    public static HttpRequestMessage Request(string format, Uri url, IReadOnlyList<Alert> alerts, TimeSpan validFor)
    {
        HttpRequestMessage request = new(HttpMethod.Post, url);
        if (format == "ntfy")
        {
            bool isCritical = alerts.Any(alert => alert.IsCritical);
            string title =
                alerts[0].IsTest ? "test"
                : isCritical ? "critical"
                : "no longer critical";
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(Lines(alerts, text => text)));
            request.Headers.Add("Title", $"LamBoot: {title}");
            request.Headers.Add("Priority", isCritical ? "high" : "default");
            request.Headers.Add("Tags", isCritical ? "warning" : "white_check_mark");
            return request;
        }

        using MemoryStream bytes = new();
        using (Utf8JsonWriter writer = new(bytes))
        {
            Write(writer, format, alerts, validFor);
        }

        request.Content = new ByteArrayContent(bytes.ToArray());
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return request;
    }

    private static void Write(Utf8JsonWriter writer, string format, IReadOnlyList<Alert> alerts, TimeSpan validFor)
    {
        switch (format)
        {
            case "slack":
                writer.WriteStartObject();
                writer.WriteString("text", Lines(alerts, EscapeSlack));
                writer.WriteBoolean("mrkdwn", false);
                writer.WriteEndObject();
                break;
            case "discord":
                writer.WriteStartObject();
                writer.WriteString("content", SafeText.Shorten(Lines(alerts, EscapeMarkdown), MaximumDiscord));
                writer.WriteStartObject("allowed_mentions");
                writer.WriteStartArray("parse");
                writer.WriteEndArray();
                writer.WriteEndObject();
                writer.WriteEndObject();
                break;
            case "alertmanager":
                WriteAlertmanager(writer, alerts, validFor);
                break;
            case "lamboot":
                WriteUpstream(writer, alerts);
                break;
            default:
                WriteOwn(writer, alerts);
                break;
        }
    }

    private static void WriteOwn(Utf8JsonWriter writer, IReadOnlyList<Alert> alerts)
    {
        writer.WriteStartObject();
        writer.WriteNumber("schema_version", 1);
        writer.WriteStartArray("changes");
        foreach (Alert alert in alerts)
        {
            writer.WriteStartObject();
            writer.WriteString("event", alert.Event);
            writer.WriteString("text", alert.Text);
            writer.WritePropertyName("health");
            alert.Record.Write(writer);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteAlertmanager(Utf8JsonWriter writer, IReadOnlyList<Alert> alerts, TimeSpan validFor)
    {
        DateTimeOffset now = DateTimeOffset.UtcNow;
        writer.WriteStartArray();
        foreach (Alert alert in alerts)
        {
            HealthRecord record = alert.Record;
            writer.WriteStartObject();
            writer.WriteStartObject("labels"); // those that stay the same for as long as the alert lasts
            writer.WriteString("alertname", alert.IsTest ? "LamBootTest" : "LamBootVmCritical");
            writer.WriteString("severity", alert.IsTest ? "info" : "critical");
            writer.WriteString("node", record.Node);
            writer.WriteString("vmid", $"{record.Vmid}");
            writer.WriteEndObject();
            writer.WriteStartObject("annotations");
            writer.WriteString("summary", alert.Text);
            writer.WriteEndObject();
            writer.WriteString("endsAt", alert.IsCritical || alert.IsTest ? now + validFor : now);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    /// <summary>Writes what upstream's lamboot-pve-monitor posts, with the same fields in the same order.</summary>
    private static void WriteUpstream(Utf8JsonWriter writer, IReadOnlyList<Alert> alerts)
    {
        const string Unknown = "unknown";
        writer.WriteStartObject();
        writer.WriteString("alert", alerts[0].IsTest ? "lamboot-test" : "lamboot-crash-loop");
        writer.WriteStartArray("vms");
        foreach (HealthRecord record in alerts.Where(alert => !alert.IsTest).Select(alert => alert.Record))
        {
            writer.WriteStartObject();
            writer.WriteNumber("vmid", record.Vmid ?? 0);
            writer.WriteString("name", record.Name ?? $"VM {record.Vmid}");
            writer.WriteString("state", HealthText.State(record));
            writer.WriteNumber("crash_count", record.CrashCount ?? 0);
            writer.WriteString("last_entry", record.LastEntry ?? Unknown);
            writer.WriteString("timestamp", record.Timestamp ?? Unknown);
            writer.WriteString("version", record.Version ?? Unknown);
            writer.WriteString("status", record.Status.Word());
            writer.WriteString("qmp_status", record.QmpStatus ?? Unknown);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteString("timestamp", UtcText.Format(DateTimeOffset.UtcNow));
        writer.WriteEndObject();
    }

    private static string Lines(IReadOnlyList<Alert> alerts, Func<string, string> escape)
    {
        IEnumerable<string> lines = alerts.Take(MaximumLines).Select(alert => escape(alert.Text));
        int more = alerts.Count - MaximumLines;
        return string.Join('\n', more > 0 ? [.. lines, $"and {more} more"] : lines);
    }

    /// <summary>Escapes Slack's three special characters: without them, nothing is a link or a mention.</summary>
    private static string EscapeSlack(string text) =>
        text.Replace("&", "&amp;", StringComparison.Ordinal)
            .Replace("<", "&lt;", StringComparison.Ordinal)
            .Replace(">", "&gt;", StringComparison.Ordinal);

    private static string EscapeMarkdown(string text)
    {
        StringBuilder escaped = new();
        foreach (char c in text)
        {
            // A colon would start a link or an emoji.
            escaped
                .Append(char.IsAsciiLetterOrDigit(c) || c is ' ' or ',' or '.' or ';' || c > 127 ? "" : @"\")
                .Append(c);
        }

        return escaped.ToString();
    }
}
