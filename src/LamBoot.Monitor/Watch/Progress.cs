using LamBoot.Linux.Terminal;

namespace LamBoot.Monitor.Watch;

/// <summary>A line on a terminal that says how far a survey is, once it takes longer than half a second.</summary>
internal sealed class Progress : IDisposable
{
    private const int DelayMilliseconds = 500;
    private const string Erase = "\r\u001b[K";

    private readonly long _begun = Environment.TickCount64;
    private bool _isShown;

    /// <summary>Shows how many of how many VMs are read.</summary>
    public void Show(int done, int all)
    {
        if (Environment.TickCount64 - _begun >= DelayMilliseconds && StandardIo.Error.TerminalSize is not null)
        {
            StandardIo.Error.Write($"{Erase}reading variable stores: {done} of {all} VMs");
            _isShown = true;
        }
    }

    /// <summary>Takes the line away.</summary>
    public void Dispose()
    {
        if (_isShown)
        {
            StandardIo.Error.Write(Erase);
            _isShown = false;
        }
    }
}
