using LamBoot.Linux.Terminal;

namespace LamBoot.Monitor.Watch;

/// <summary>A progress line on a terminal, shown once a survey takes longer than half a second.</summary>
internal sealed class Progress : IDisposable
{
    private const int DelayMilliseconds = 500;
    private const string Erase = "\r\u001b[K";

    private readonly long _begun = Environment.TickCount64;
    private bool _isShown;

    /// <summary>Shows the number of VMs read so far, and their total.</summary>
    public void Show(int done, int all)
    {
        if (Environment.TickCount64 - _begun >= DelayMilliseconds && StandardIo.Error.TerminalSize is not null)
        {
            StandardIo.Error.Write($"{Erase}reading variable stores: {done} of {all} VMs");
            _isShown = true;
        }
    }

    /// <summary>Removes the line.</summary>
    public void Dispose()
    {
        if (_isShown)
        {
            StandardIo.Error.Write(Erase);
            _isShown = false;
        }
    }
}
