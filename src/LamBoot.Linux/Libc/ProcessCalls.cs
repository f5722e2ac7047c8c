using System.Runtime.InteropServices;

namespace LamBoot.Linux.Libc;

/// <summary>
/// System calls for processes and for monotonic time. Sizes and layouts are glibc's for 64-bit Linux, the same on x86-64 and aarch64 (spawn.h,
/// bits/types/__sigset_t.h).
/// </summary>
internal static unsafe partial class ProcessCalls
{
    public const int SpawnActionsSize = 80; // posix_spawn_file_actions_t
    public const int SpawnAttributesSize = 336; // posix_spawnattr_t
    public const int SignalSetSize = 128; // sigset_t
    public const short SpawnNewGroup = 2; // POSIX_SPAWN_SETPGROUP; the default group in a new attribute object is the child's own
    public const short SpawnDefaultSignals = 4; // POSIX_SPAWN_SETSIGDEF
    public const short SpawnSignalMask = 8; // POSIX_SPAWN_SETSIGMASK; the mask in a new attribute object is empty

    public const short SpawnNewSession = 0x80; // POSIX_SPAWN_SETSID

    public const int HangUpSignal = 1; // SIGHUP
    public const int InterruptSignal = 2; // SIGINT
    public const int KillSignal = 9; // SIGKILL
    public const int BrokenPipeSignal = 13; // SIGPIPE
    public const int AlarmSignal = 14; // SIGALRM
    public const int TerminateSignal = 15; // SIGTERM

    public const int WaitNoHang = 1; // WNOHANG

    public const short PollIn = 1;
    public const short PollOut = 4;

    public const int MonotonicClock = 1; // CLOCK_MONOTONIC
    public const int AbsoluteTime = 1; // TIMER_ABSTIME
    public const int NotifyByThread = 2; // SIGEV_THREAD

    [LibraryImport("libc", EntryPoint = "execv", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Execv(string path, string?[] arguments);

    [LibraryImport("libc", EntryPoint = "posix_spawnp", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int SpawnP(
        out int id,
        string file,
        byte* actions,
        byte* attributes,
        string?[] arguments,
        byte** environment
    );

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_init")]
    public static partial int SpawnActionsInit(byte* actions);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_adddup2")]
    public static partial int SpawnActionsAddDup2(byte* actions, int from, int to);

    [LibraryImport(
        "libc",
        EntryPoint = "posix_spawn_file_actions_addchdir_np",
        StringMarshalling = StringMarshalling.Utf8
    )]
    public static partial int SpawnActionsAddChangeFolder(byte* actions, string path);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_destroy")]
    public static partial int SpawnActionsDestroy(byte* actions);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_init")]
    public static partial int SpawnAttributesInit(byte* attributes);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setflags")]
    public static partial int SpawnAttributesSetFlags(byte* attributes, short flags);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setsigdefault")]
    public static partial int SpawnAttributesSetDefaultSignals(byte* attributes, byte* signals);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_destroy")]
    public static partial int SpawnAttributesDestroy(byte* attributes);

    /// <summary>The environment that this process was started with.</summary>
    public static byte** Environment => *(byte***)Symbol(0, "environ");

    [LibraryImport("libc", EntryPoint = "dlsym", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint Symbol(nint library, string name);

    [LibraryImport("libc", EntryPoint = "pipe2", SetLastError = true)]
    public static partial int Pipe2(int* ends, int flags);

    [LibraryImport("libc", EntryPoint = "pidfd_open", SetLastError = true)]
    public static partial int PidFdOpen(int id, uint flags);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    public static partial int Poll(PollFd* watched, nuint count, int milliseconds);

    [LibraryImport("libc", EntryPoint = "waitpid", SetLastError = true)]
    public static partial int WaitPid(int id, out int status, int options);

    [LibraryImport("libc", EntryPoint = "kill")]
    public static partial int Kill(int id, int signal);

    /// <summary>Sets RLIMIT_AS of another process. If it has ended meanwhile, nothing needs to be done.</summary>
    public static void LimitAddressSpace(int id, long bytes)
    {
        const int AddressSpace = 9;
        long* limit = stackalloc long[2] { bytes, bytes };
        _ = PrLimit(id, AddressSpace, limit, null);
    }

    [LibraryImport("libc", EntryPoint = "prlimit")]
    private static partial int PrLimit(int id, int resource, long* limit, long* old);

    /// <summary>Restores the default action of signals ignored by the runtime, or by a shell for background processes.</summary>
    public static void RestoreSignals()
    {
        const int Quit = 3; // SIGQUIT
        const int FileSize = 25; // SIGXFSZ
        _ = Signal(BrokenPipeSignal, 0);
        _ = Signal(InterruptSignal, 0);
        _ = Signal(Quit, 0);
        _ = Signal(FileSize, 0);
    }

    [LibraryImport("libc", EntryPoint = "signal")]
    private static partial nint Signal(int number, nint handler);

    [LibraryImport("libc", EntryPoint = "_exit")]
    public static partial void Exit(int code);

    /// <summary>Makes SIGALRM end the process after this many seconds; 0 for never.</summary>
    [LibraryImport("libc", EntryPoint = "alarm")]
    public static partial uint Alarm(uint seconds);

    [LibraryImport("libc", EntryPoint = "timer_create", SetLastError = true)]
    public static partial int TimerCreate(int clock, SignalEvent* signalEvent, out nint timer);

    [LibraryImport("libc", EntryPoint = "timer_settime", SetLastError = true)]
    public static partial int TimerSetTime(nint timer, int flags, long* times, long* old);

    /// <summary>struct pollfd.</summary>
    public struct PollFd
    {
        public int Fd;
        public short Events;
        public short Happened;
    }

    /// <summary>struct sigevent for SIGEV_THREAD.</summary>
    [StructLayout(LayoutKind.Sequential, Size = 64)]
    public struct SignalEvent
    {
        public nint Value;
        public int Signal;
        public int Notify;
        public delegate* unmanaged<nint, void> Function;
        public nint Attributes;
    }

    [LibraryImport("libc", EntryPoint = "getppid")]
    public static partial int GetPPid();
}
