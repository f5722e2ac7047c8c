using System.Net;
using System.Net.Sockets;
using System.Text;
using LamBoot.Monitor.Survey;

namespace LamBoot.Monitor.Alerts.Kinds;

/// <summary>Posts to a webhook's receiver, which may answer, reset, hang or lie.</summary>
internal sealed class WebHookClient : IDisposable
{
    /// <summary>How long a receiver may take.</summary>
    public static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(10);

    // A redirect could lead the secret and the alert to plain HTTP.
    private readonly HttpClient _client = new(
        new SocketsHttpHandler { AllowAutoRedirect = false, ConnectTimeout = RequestTimeout }
    )
    {
        Timeout = RequestTimeout,
    };

    /// <summary>Posts a request.</summary>
    /// <returns>Why it failed, or null.</returns>
    public DeliveryFailure? Post(HttpRequestMessage request)
    {
        try
        {
            WorkerThreads.Ensure();
            using HttpResponseMessage response = _client.Send(request, HttpCompletionOption.ResponseHeadersRead);
            return response.IsSuccessStatusCode
                ? null
                : new($"the receiver answered {(int)response.StatusCode}", IsFinal(response.StatusCode));
        }
        catch (OperationCanceledException)
        {
            return new($"the receiver did not answer within {RequestTimeout.TotalSeconds:0} s", IsFinal: false);
        }
        catch (OutOfMemoryException)
        {
            return new("out of threads or memory", IsFinal: false);
        }
        catch (Exception e) // usually an HttpRequestException, but a reset at the wrong moment arrives unwrapped
        {
            return new($"cannot reach the receiver: {Reason(e)}", IsFinal: false);
        }
    }

    public void Dispose() => _client.Dispose();

    private static bool IsFinal(HttpStatusCode status) =>
        (int)status is >= 400 and < 500
        && status is not (HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests);

    /// <summary>The reason in our own words: the exception's message contains the host name.</summary>
    private static string Reason(Exception e) =>
        (e as SocketException ?? e.InnerException as SocketException) is { } socket ? Words($"{socket.SocketErrorCode}")
        : e is HttpRequestException request ? Words($"{request.HttpRequestError}")
        : Words(e.GetType().Name);

    /// <summary><c>ConnectionRefused</c> as <c>connection refused</c>.</summary>
    private static string Words(string name)
    {
        StringBuilder words = new();
        foreach (char c in name)
        {
            words.Append(char.IsAsciiLetterUpper(c) && words.Length > 0 ? " " : "").Append(char.ToLowerInvariant(c));
        }

        return words.ToString();
    }
}
