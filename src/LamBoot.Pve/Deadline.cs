using System.Runtime.InteropServices;

namespace LamBoot.Pve;

/// <summary>
/// Ends a phase that does not end: storage may hang, and Proxmox VE waits for a hook without a bound, the VM's lock held. A process has
/// one. By timer_create(2), whose waiting thread is glibc's: the runtime learns of a thread only once the time has passed.
/// </summary>
public sealed unsafe class Deadline
{
    private const int Nanoseconds = 1_000_000_000;

    private static Action? _onPassed;

    private readonly nint _timer;
    private long _end;

    /// <summary>Begins.</summary>
    /// <param name="time">The time allowed.</param>
    /// <param name="onPassed">Called on another thread when it has passed; it ends the process.</param>
    /// <exception cref="HostException">There is no timer to be had.</exception>
    public Deadline(TimeSpan time, Action onPassed)
    {
        _onPassed = onPassed;
        Libc.SignalEvent notify = new() { Notify = Libc.NotifyByThread, Function = &OnPassed };
        if (Libc.TimerCreate(Libc.MonotonicClock, &notify, out _timer) != 0)
        {
            throw HostException.LastError("cannot make a timer");
        }

        _end = Now() + InNanoseconds(time);
        Set();
    }

    /// <summary>Moves the deadline; a negative time brings it nearer.</summary>
    public void Extend(TimeSpan time)
    {
        _end += InNanoseconds(time);
        Set();
    }

    private void Set()
    {
        long* times = stackalloc long[4] { 0, 0, _end / Nanoseconds, _end % Nanoseconds }; // struct itimerspec
        _ = Libc.TimerSetTime(_timer, Libc.AbsoluteTime, times, null);
    }

    private static long Now() => System.Diagnostics.Stopwatch.GetTimestamp();

    private static long InNanoseconds(TimeSpan time) => time.Ticks * TimeSpan.NanosecondsPerTick;

    [UnmanagedCallersOnly]
    private static void OnPassed(nint value) => _onPassed!();
}
