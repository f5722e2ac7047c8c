namespace LamBoot.Hook;

/// <summary>
/// Ends a phase that does not end: storage may hang, and Proxmox VE waits for a hook without a bound, the VM's lock held.
/// </summary>
internal sealed class Deadline
{
    private readonly object _moved = new();
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

    /// <summary>Moves the deadline; a negative time brings it nearer.</summary>
    public void Extend(TimeSpan time)
    {
        lock (_moved)
        {
            _end += (long)time.TotalMilliseconds;
            Monitor.Pulse(_moved);
        }
    }

    private void Watch()
    {
        lock (_moved)
        {
            while (_end - Environment.TickCount64 is > 0 and long left)
            {
                Monitor.Wait(_moved, (int)Math.Min(left, int.MaxValue));
            }
        }

        _onPassed();
    }
}
