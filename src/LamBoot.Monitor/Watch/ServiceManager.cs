using System.Globalization;
using System.Text;
using LamBoot.Linux;

namespace LamBoot.Monitor.Watch;

/// <summary>systemd, if it started us as a <c>Type=notify</c> service (sd_notify(3)); otherwise a no-op.</summary>
internal sealed class ServiceManager
{
    private const int TimeoutMilliseconds = 1_000;
    private const int SeldomMilliseconds = 60_000;

    private readonly string? _socket = Environment.GetEnvironmentVariable("NOTIFY_SOCKET");
    private readonly bool _isWatched;
    private bool _isReady;

    public ServiceManager()
    {
        string? period = Environment.GetEnvironmentVariable("WATCHDOG_USEC");
        _isWatched = long.TryParse(period, NumberStyles.None, CultureInfo.InvariantCulture, out long microseconds);
        AliveMilliseconds = _isWatched
            ? (int)Math.Clamp(microseconds / 2_000, 10, SeldomMilliseconds)
            : SeldomMilliseconds;
    }

    /// <summary>How often to report that we are alive, in milliseconds.</summary>
    public int AliveMilliseconds { get; }

    /// <summary>Reports that the first survey is done.</summary>
    public void Ready()
    {
        if (!_isReady)
        {
            Send("READY=1");
            _isReady = true;
        }
    }

    /// <summary>Sets the status shown by <c>systemctl status</c>.</summary>
    public void Status(string text) => Send($"STATUS={text}");

    /// <summary>Notifies the watchdog, if there is one.</summary>
    public void Alive()
    {
        if (_isWatched)
        {
            Send("WATCHDOG=1");
        }
    }

    /// <summary>Reports that the watch is ending.</summary>
    public void Stopping() => Send("STOPPING=1");

    private void Send(string text)
    {
        if (!string.IsNullOrEmpty(_socket))
        {
            _ = UnixSocket.SendDatagram(_socket, Encoding.UTF8.GetBytes(text), TimeoutMilliseconds);
        }
    }
}
