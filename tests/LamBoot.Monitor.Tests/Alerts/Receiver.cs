using System.Collections.Concurrent;
using System.Net;
using System.Text;

namespace LamBoot.Monitor.Tests.Alerts;

/// <summary>A webhook receiver on the loopback interface that answers as specified.</summary>
internal sealed class Receiver : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly HttpListener _listener;
    private readonly BlockingCollection<Posted> _posted = [];
    private readonly ConcurrentQueue<int> _answers = new();

    /// <summary>Starts it.</summary>
    /// <param name="answers">The status codes of its first answers, 0 for none in time; 200 from then on.</param>
    public Receiver(params int[] answers)
    {
        foreach (int answer in answers)
        {
            _answers.Enqueue(answer);
        }

        (_listener, int port) = Start();
        Url = $"http://127.0.0.1:{port}/hook-s3cret";
        _ = Task.Run(Listen);
    }

    public string Url { get; }

    /// <summary>A listener on a free port. One that could not start is of no more use.</summary>
    private static (HttpListener Listener, int Port) Start()
    {
        for (int attempt = 0; ; attempt++)
        {
            HttpListener listener = new();
            int port = Random.Shared.Next(20_000, 60_000);
            listener.Prefixes.Add($"http://127.0.0.1:{port}/");
            try
            {
                listener.Start();
                return (listener, port);
            }
            catch (HttpListenerException) when (attempt < 20)
            {
                listener.Close(); // the port is taken
            }
        }
    }

    public int Count => _posted.Count;

    /// <summary>The next request.</summary>
    public Posted Next() =>
        _posted.TryTake(out Posted? posted, Patience) ? posted : throw new TimeoutException("nothing was posted");

    public void Dispose() => _listener.Close();

    private async Task Listen()
    {
        while (true)
        {
            HttpListenerContext context;
            try
            {
                context = await _listener.GetContextAsync();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                return;
            }

            using StreamReader body = new(context.Request.InputStream, Encoding.UTF8);
            Posted posted = new(
                await body.ReadToEndAsync(),
                context.Request.Headers,
                context.Request.Url!.AbsolutePath
            );
            int answer = _answers.TryDequeue(out int next) ? next : 200;
            _posted.Add(posted);
            if (answer == 0)
            {
                continue; // it hangs
            }

            context.Response.StatusCode = answer;
            context.Response.RedirectLocation = answer == 302 ? Url : null;
            context.Response.Close();
        }
    }
}

/// <summary>What was posted.</summary>
internal sealed record Posted(string Body, System.Collections.Specialized.NameValueCollection Headers, string Path);
