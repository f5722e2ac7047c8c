using System.Runtime.InteropServices;
using LamBoot.Linux.Files;
using LamBoot.Linux.Libc;

namespace LamBoot.Linux.Tests.Libc;

/// <summary>The structures and constants in <c>Libc</c> match the C library's own headers, as reported by a compiler, on each architecture.</summary>
public sealed class LayoutTests
{
    private const string Headers = """
        #define _GNU_SOURCE
        #include <fcntl.h>
        #include <poll.h>
        #include <signal.h>
        #include <spawn.h>
        #include <stddef.h>
        #include <sys/fanotify.h>
        #include <sys/inotify.h>
        #include <sys/socket.h>
        #include <sys/stat.h>
        #include <sys/un.h>
        #include <sys/wait.h>
        #include <time.h>
        #include <unistd.h>
        """;

    /// <summary>Our value and C's.</summary>
    private static readonly (long Ours, string C)[] Facts =
    [
        (ProcessCalls.SpawnActionsSize, "sizeof(posix_spawn_file_actions_t)"),
        (ProcessCalls.SpawnAttributesSize, "sizeof(posix_spawnattr_t)"),
        (ProcessCalls.SignalSetSize, "sizeof(sigset_t)"),
        (ProcessCalls.SpawnNewGroup, "POSIX_SPAWN_SETPGROUP"),
        (ProcessCalls.SpawnDefaultSignals, "POSIX_SPAWN_SETSIGDEF"),
        (ProcessCalls.SpawnSignalMask, "POSIX_SPAWN_SETSIGMASK"),
        (ProcessCalls.SpawnNewSession, "POSIX_SPAWN_SETSID"),
        (ProcessCalls.KillSignal, "SIGKILL"),
        (ProcessCalls.BrokenPipeSignal, "SIGPIPE"),
        (ProcessCalls.WaitNoHang, "WNOHANG"),
        (ProcessCalls.MonotonicClock, "CLOCK_MONOTONIC"),
        (ProcessCalls.AbsoluteTime, "TIMER_ABSTIME"),
        (ProcessCalls.NotifyByThread, "SIGEV_THREAD"),
        (Marshal.SizeOf<ProcessCalls.PollFd>(), "sizeof(struct pollfd)"),
        (Marshal.SizeOf<ProcessCalls.SignalEvent>(), "sizeof(struct sigevent)"),
        (Offset<ProcessCalls.SignalEvent>("Notify"), "offsetof(struct sigevent, sigev_notify)"),
        (Offset<ProcessCalls.SignalEvent>("Function"), "offsetof(struct sigevent, sigev_notify_function)"),
        (Marshal.SizeOf<FileCalls.FileLock>(), "sizeof(struct flock)"),
        (Offset<FileCalls.FileLock>("Start"), "offsetof(struct flock, l_start)"),
        (Offset<FileCalls.FileLock>("Process"), "offsetof(struct flock, l_pid)"),
        (FileCalls.GetLock, "F_OFD_GETLK"),
        (FileCalls.SetLock, "F_OFD_SETLK"),
        (FileCalls.SetLockAndWait, "F_OFD_SETLKW"),
        (FileCalls.WriteLock, "F_WRLCK"),
        (FileCalls.NoLock, "F_UNLCK"),
        (FileCalls.AtCurrentFolder, "AT_FDCWD"),
        (FileCalls.AtSymlinkNoFollow, "AT_SYMLINK_NOFOLLOW"),
        (FileStatus.AtEmptyPath, "AT_EMPTY_PATH"),
        (FileStatus.StructSize, "sizeof(struct statx)"),
        (FileStatus.ModeOffset, "offsetof(struct statx, stx_mode)"),
        (FileStatus.LinksOffset, "offsetof(struct statx, stx_nlink)"),
        (FileStatus.OwnerOffset, "offsetof(struct statx, stx_uid)"),
        (FileStatus.InodeOffset, "offsetof(struct statx, stx_ino)"),
        (FileStatus.SizeOffset, "offsetof(struct statx, stx_size)"),
        (FileStatus.ChangedOffset, "offsetof(struct statx, stx_ctime)"),
        (FileStatus.ModifiedOffset, "offsetof(struct statx, stx_mtime)"),
        (FileStatus.DeviceMajorOffset, "offsetof(struct statx, stx_dev_major)"),
        (FileStatus.DeviceMinorOffset, "offsetof(struct statx, stx_dev_minor)"),
        (Marshal.SizeOf<TimeCalls.BrokenDownTime>(), "sizeof(struct tm)"),
        (Offset<TimeCalls.BrokenDownTime>("OffsetSeconds"), "offsetof(struct tm, tm_gmtoff)"),
        (WatchCalls.InotifyFlags, "(IN_NONBLOCK | IN_CLOEXEC)"),
        (WatchCalls.Attributes, "IN_ATTRIB"),
        (WatchCalls.CloseUnwritten, "IN_CLOSE_NOWRITE"),
        (WatchCalls.CloseUnwritten, "FAN_CLOSE_NOWRITE"),
        (WatchCalls.Open, "IN_OPEN"),
        (WatchCalls.Open, "FAN_OPEN"),
        (WatchCalls.FanotifyFlags, "(FAN_CLOEXEC | FAN_NONBLOCK | FAN_CLASS_CONTENT | FAN_REPORT_PIDFD)"),
        (WatchCalls.Add, "FAN_MARK_ADD"),
        (WatchCalls.FanotifyMetadataSize, "sizeof(struct fanotify_event_metadata)"),
        (WatchCalls.ProcessInfo, "FAN_EVENT_INFO_TYPE_PIDFD"),
        (Marshal.SizeOf<WatchCalls.InotifyEvent>(), "sizeof(struct inotify_event)"),
        (Offset<WatchCalls.FanotifyEvent>("Mask"), "offsetof(struct fanotify_event_metadata, mask)"),
        (Offset<WatchCalls.FanotifyEvent>("File"), "offsetof(struct fanotify_event_metadata, fd)"),
        (Offset<WatchCalls.FanotifyEvent>("Process"), "offsetof(struct fanotify_event_metadata, pid)"),
        (
            Offset<WatchCalls.FanotifyEvent>("ProcessFile"),
            "sizeof(struct fanotify_event_metadata) + offsetof(struct fanotify_event_info_pidfd, pidfd)"
        ),
        (UnixSocket.Unix, "AF_UNIX"),
        (UnixSocket.Stream, "SOCK_STREAM"),
        (UnixSocket.CloseOnExec, "SOCK_CLOEXEC"),
        (UnixSocket.SocketLevel, "SOL_SOCKET"),
        (UnixSocket.ReceiveTimeout, "SO_RCVTIMEO"),
        (UnixSocket.SendTimeout, "SO_SNDTIMEO"),
        (UnixSocket.NoSignal, "MSG_NOSIGNAL"),
        (UnixSocket.MaximumPath, "sizeof(((struct sockaddr_un *)0)->sun_path)"),
        ((int)OpenFlags.Create, "O_CREAT"),
        ((int)OpenFlags.Exclusive, "O_EXCL"),
        ((int)OpenFlags.NoControllingTerminal, "O_NOCTTY"),
        ((int)OpenFlags.Truncate, "O_TRUNC"),
        ((int)OpenFlags.Append, "O_APPEND"),
        ((int)OpenFlags.NonBlocking, "O_NONBLOCK"),
        ((int)OpenFlags.CloseOnExec, "O_CLOEXEC"),
        (OpenFlags.Directory.ToSystem(Architecture.X64), "(__x86_64__ ? O_DIRECTORY : 0x10000)"),
        (OpenFlags.NoFollow.ToSystem(Architecture.X64), "(__x86_64__ ? O_NOFOLLOW : 0x20000)"),
        (OpenFlags.Directory.ToSystem(Architecture.Arm64), "(__aarch64__ ? O_DIRECTORY : 0x4000)"),
        (OpenFlags.NoFollow.ToSystem(Architecture.Arm64), "(__aarch64__ ? O_NOFOLLOW : 0x8000)"),
    ];

    [Theory]
    [InlineData("gcc")]
    [InlineData("aarch64-linux-gnu-gcc")]
    public void They_are_as_the_headers_have_them(string compiler)
    {
        Assert.SkipUnless(File.Exists($"/usr/bin/{compiler}"), $"{compiler} cannot be installed here");
        string source = Path.GetTempFileName();
        File.WriteAllLines(
            source,
            [
                Headers,
                "#ifndef __x86_64__\n#define __x86_64__ 0\n#endif\n#ifndef __aarch64__\n#define __aarch64__ 0\n#endif",
                .. Facts.Select(fact =>
                    $"_Static_assert({fact.C} == {fact.Ours}, \"{fact.C.Replace("\"", "", StringComparison.Ordinal)} is {fact.Ours}\");"
                ),
            ]
        );

        ProgramResult compiled = ProgramResult.Run(compiler, ["-fsyntax-only", "-x", "c", source]);

        File.Delete(source);
        compiled.ShouldBe(new(0, "", ""));
    }

    private static long Offset<T>(string field) => Marshal.OffsetOf<T>(field);
}
