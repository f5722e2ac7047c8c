namespace LamBoot.Hook;

/// <summary>
/// Ends a phase that does not end: storage may hang, and Proxmox VE waits for a hook without a bound, the VM's lock held.
/// </summary>
internal sealed class Deadline
{
    private readonly Lock _lock = new();
    private readonly Action _onPassed;
    private long _end;

    /// <summary>Begins.</summary>
    /// <param name="time">The time allowed.</param>
    /// <param name="onPassed">Called on another thread when it has passed; it ends the process.</param>
    public Deadline(TimeSpan time, Action onPassed)
    {
        _onPassed = onPassed;
        _end = Environment.TickCount64 + (long)time.TotalMilliseconds;
        new Thread(Watch, maxStackSize: 256 << 10) { IsBackground = true }.Start();
    }

    /// <summary>Moves the deadline.</summary>
    public void Extend(TimeSpan time)
    {
        lock (_lock)
        {
            _end += (long)time.TotalMilliseconds;
        }
    }

    private void Watch()
    {
        while (true)
        {
            long left;
            lock (_lock)
            {
                left = _end - Environment.TickCount64;
            }

            if (left <= 0)
            {
                _onPassed();
                return;
            }

            Thread.Sleep((int)Math.Min(left, int.MaxValue));
        }
    }
}
