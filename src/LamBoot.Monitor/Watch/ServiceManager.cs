using System.Globalization;
using System.Text;
using LamBoot.Linux;

namespace LamBoot.Monitor.Watch;

/// <summary>systemd, where it started us as a service of <c>Type=notify</c> (sd_notify(3)); else nobody.</summary>
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

    /// <summary>How often to say that we are alive, in milliseconds.</summary>
    public int AliveMilliseconds { get; }

    /// <summary>The first survey is done.</summary>
    public void Ready()
    {
        if (!_isReady)
        {
            Send("READY=1");
            _isReady = true;
        }
    }

    /// <summary>What <c>systemctl status</c> shows.</summary>
    public void Status(string text) => Send($"STATUS={text}");

    /// <summary>Tells the watchdog, where there is one.</summary>
    public void Alive()
    {
        if (_isWatched)
        {
            Send("WATCHDOG=1");
        }
    }

    /// <summary>The watch ends.</summary>
    public void Stopping() => Send("STOPPING=1");

    private void Send(string text)
    {
        if (!string.IsNullOrEmpty(_socket))
        {
            _ = UnixSocket.SendDatagram(_socket, Encoding.UTF8.GetBytes(text), TimeoutMilliseconds);
        }
    }
}
