using System.Runtime.InteropServices;
using LamBoot.Linux.Libc;

namespace LamBoot.Linux.Processes;

/// <summary>
/// Ends a phase that does not end: storage may hang, and Proxmox VE waits for a hook without a bound, the VM's lock held. A process has
/// one. By timer_create(2), whose waiting thread is glibc's: the runtime learns of a thread only once the time has passed.
/// </summary>
/// <remarks>
/// Where no thread can be had for it (pids.max), or none at the end, the kernel ends the process by SIGALRM.
/// </remarks>
public sealed unsafe class Deadline
{
    private const int Nanoseconds = 1_000_000_000;

    // What onPassed may take itself before the kernel ends it.
    private const int GraceSeconds = 5;

    private static Action? _onPassed;

    private readonly nint _timer;
    private readonly bool _hasTimer;
    private long _end;

    /// <summary>Begins.</summary>
    /// <param name="time">The time allowed.</param>
    /// <param name="onPassed">Called on another thread when it has passed; it ends the process.</param>
    public Deadline(TimeSpan time, Action onPassed)
    {
        _onPassed = onPassed;
        ProcessCalls.SignalEvent notify = new() { Notify = ProcessCalls.NotifyByThread, Function = &OnPassed };
        _hasTimer = ProcessCalls.TimerCreate(ProcessCalls.MonotonicClock, &notify, out _timer) == 0;
        _end = Now() + InNanoseconds(time);
        Set();
    }

    /// <summary>Whether something is waited for apart from the time allowed.</summary>
    public bool IsWaiting { get; private set; }

    /// <summary>Moves the deadline; a negative time brings it nearer.</summary>
    public void Extend(TimeSpan time)
    {
        _end += InNanoseconds(time);
        Set();
    }

    /// <summary>Waits for what others are to end first; that has a time of its own, and the time allowed stands still.</summary>
    /// <param name="time">How long to wait.</param>
    /// <param name="wait">The wait.</param>
    public void Wait(TimeSpan time, Action wait)
    {
        long left = _end - Now();
        (_end, IsWaiting) = (Now() + InNanoseconds(time), true);
        Set();
        try
        {
            wait();
        }
        finally
        {
            (_end, IsWaiting) = (Now() + left, false);
            Set();
        }
    }

    /// <summary>Begins the time of a wait anew, since what is waited for gets on.</summary>
    /// <param name="time">How long to wait from now on.</param>
    public void Renew(TimeSpan time)
    {
        _end = Now() + InNanoseconds(time);
        Set();
    }

    /// <summary>Lets the process go on without a bound, as what it becomes must.</summary>
    public static void End() => _ = ProcessCalls.Alarm(0);

    private void Set()
    {
        long* times = stackalloc long[4] { 0, 0, _end / Nanoseconds, _end % Nanoseconds }; // struct itimerspec
        bool isSet = _hasTimer && ProcessCalls.TimerSetTime(_timer, ProcessCalls.AbsoluteTime, times, null) == 0;
        long seconds = Math.Max((_end - Now()) / Nanoseconds, 0) + (isSet ? GraceSeconds : 1);
        _ = ProcessCalls.Alarm((uint)seconds);
    }

    private static long Now() => System.Diagnostics.Stopwatch.GetTimestamp();

    private static long InNanoseconds(TimeSpan time) => time.Ticks * TimeSpan.NanosecondsPerTick;

    [UnmanagedCallersOnly]
    private static void OnPassed(nint value) => _onPassed!();
}
