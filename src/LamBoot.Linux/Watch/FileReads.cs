using LamBoot.Linux.Files;
using LamBoot.Linux.Libc;

namespace LamBoot.Linux.Watch;

/// <summary>
/// Watches whether a given process reads files, each as often as expected. fanotify(7) tells which process used a file, but merges events
/// of the same process that have not been fetched yet; inotify(7) reports every use, but not by whom.
/// </summary>
/// <remarks>
/// So if no other process used a file, inotify's events are counted; otherwise fanotify's, of which there are never more than uses. The
/// kernel notifies fanotify first, and its events are fetched last: whatever is counted has been seen there too.
/// </remarks>
public sealed unsafe class FileReads : IDisposable
{
    private readonly FileCounts _counts = new();
    private readonly EventQueue _inotify;
    private readonly EventQueue _fanotify;

    private FileReads(EventQueue inotify, EventQueue fanotify) => (_inotify, _fanotify) = (inotify, fanotify);

    /// <summary>Whether each file has been read and closed as often as expected.</summary>
    public bool AreOver => _counts.AreOver;

    /// <summary>Starts watching.</summary>
    /// <param name="files">The files; one that is expected to be read twice is listed twice.</param>
    /// <returns>Null if the kernel does not let this process watch, as in a container, or does not support it.</returns>
    /// <exception cref="HostException">One of them cannot be watched.</exception>
    public static FileReads? Begin(IReadOnlyList<string> files)
    {
        EventQueue? inotify = EventQueue.Of(WatchCalls.InotifyInit(WatchCalls.InotifyFlags));
        EventQueue? fanotify = EventQueue.Of(
            WatchCalls.FanotifyInit(WatchCalls.FanotifyFlags, (uint)OpenFlags.CloseOnExec)
        );
        if (inotify is null || fanotify is null)
        {
            inotify?.Dispose();
            fanotify?.Dispose();
            return null;
        }

        FileReads reads = new(inotify, fanotify);
        foreach (string file in files)
        {
            reads.Add(file);
        }

        return reads;
    }

    /// <summary>Waits until something happens to one of the files, or time is up.</summary>
    /// <param name="longest">How long to wait.</param>
    public void Wait(TimeSpan longest)
    {
        ProcessCalls.PollFd* watched = stackalloc ProcessCalls.PollFd[2];
        watched[0] = new() { Fd = _inotify.Number, Events = ProcessCalls.PollIn };
        watched[1] = new() { Fd = _fanotify.Number, Events = ProcessCalls.PollIn };
        _ = ProcessCalls.Poll(watched, 2, (int)longest.TotalMilliseconds);
    }

    /// <summary>Fetches what has happened.</summary>
    /// <param name="isReader">Whether a process, which is alive at the time, is the expected reader.</param>
    public void Take(Func<int, bool> isReader)
    {
        while (_inotify.Read())
        {
            while (_inotify.Next(sizeof(WatchCalls.InotifyEvent)) is { } at)
            {
                var happened = (WatchCalls.InotifyEvent*)at;
                _inotify.Skip(sizeof(WatchCalls.InotifyEvent) + (int)happened->NameLength);
                _counts.Count(happened->Watch, happened->Mask);
            }
        }

        while (_fanotify.Read())
        {
            while (_fanotify.Next(WatchCalls.FanotifyMetadataSize) is { } at)
            {
                var happened = (WatchCalls.FanotifyEvent*)at;
                _fanotify.Skip((int)happened->Length);
                Attribute(happened, isReader);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _inotify.Dispose();
        _fanotify.Dispose();
    }

    private void Add(string file)
    {
        const uint Uses = WatchCalls.Open | WatchCalls.CloseUnwritten;
        int watch = WatchCalls.InotifyAdd(_inotify.Number, file, Uses | WatchCalls.Attributes);
        if (
            watch < 0
            || WatchCalls.FanotifyMark(_fanotify.Number, WatchCalls.Add, Uses, FileCalls.AtCurrentFolder, file) != 0
        )
        {
            HostException failure = HostException.LastError($"cannot watch {file}");
            Dispose();
            throw failure;
        }

        _counts.Add(watch, FileStatus.OfTarget(file));
    }

    private void Attribute(WatchCalls.FanotifyEvent* happened, Func<int, bool> isReader)
    {
        if (happened->File < 0)
        {
            _counts.Lose(); // the queue overflowed
            return;
        }

        using Descriptor file = new(happened->File, "a file that was used");
        using Descriptor? process = ProcessOf(happened);
        bool isByReader = process is not null && isReader(happened->Process) && IsAlive(process);
        _counts.Attribute(file.Status, (uint)happened->Mask, isByReader);
    }

    /// <summary>The process that used a file; null if it has ended.</summary>
    private static Descriptor? ProcessOf(WatchCalls.FanotifyEvent* happened)
    {
        bool isTold =
            happened->Length >= sizeof(WatchCalls.FanotifyEvent) && happened->InfoType == WatchCalls.ProcessInfo;
        return isTold && happened->ProcessFile >= 0 ? new(happened->ProcessFile, "a process that used a file") : null;
    }

    /// <summary>Whether a process is still running: if so, what was looked up by its PID was its own, not a later process's.</summary>
    private static bool IsAlive(Descriptor process)
    {
        ProcessCalls.PollFd end = new() { Fd = process.Number, Events = ProcessCalls.PollIn };
        return ProcessCalls.Poll(&end, 1, 0) == 0;
    }
}
