using System.Runtime.InteropServices;
using LamBoot.Linux.Libc;

namespace LamBoot.Linux.Processes;

/// <summary>
/// Ends a phase that takes too long: storage may hang, and Proxmox VE waits for a hook indefinitely while holding the VM's lock. There is
/// one per process. It uses timer_create(2), whose waiting thread is glibc's: the runtime sees a thread only once the time has passed.
/// </summary>
/// <remarks>If no thread is available for it (pids.max), at the start or at the end, the kernel ends the process with SIGALRM.</remarks>
public sealed unsafe class Deadline
{
    private const int Nanoseconds = 1_000_000_000;

    // How long onPassed itself may take before the kernel ends it.
    private const int GraceSeconds = 5;

    private static Action? _onPassed;

    private readonly nint _timer;
    private readonly bool _hasTimer;
    private long _end;

    /// <summary>Starts the timer.</summary>
    /// <param name="time">The time allowed.</param>
    /// <param name="onPassed">Called on another thread when it has passed; must end the process.</param>
    public Deadline(TimeSpan time, Action onPassed)
    {
        _onPassed = onPassed;
        ProcessCalls.SignalEvent notify = new() { Notify = ProcessCalls.NotifyByThread, Function = &OnPassed };
        _hasTimer = ProcessCalls.TimerCreate(ProcessCalls.MonotonicClock, &notify, out _timer) == 0;
        _end = Now() + InNanoseconds(time);
        Set();
    }

    /// <summary>Whether the process is in a wait that does not count toward the time allowed.</summary>
    public bool IsWaiting { get; private set; }

    /// <summary>Moves the deadline; a negative time brings it closer.</summary>
    public void Extend(TimeSpan time)
    {
        _end += InNanoseconds(time);
        Set();
    }

    /// <summary>Waits for others to finish; the wait has its own time limit, and meanwhile the time allowed is paused.</summary>
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

    /// <summary>Restarts the time of a wait, because there has been progress.</summary>
    /// <param name="time">How long to wait from now on.</param>
    public void Renew(TimeSpan time)
    {
        _end = Now() + InNanoseconds(time);
        Set();
    }

    /// <summary>Removes the deadline, for a process that becomes another program.</summary>
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
