using LamBoot.Linux.Files;
using LamBoot.Linux.Libc;

namespace LamBoot.Linux.Watch;

/// <summary>How often files have been read, by whom, and how often they are expected to be.</summary>
internal sealed class FileCounts
{
    private readonly List<Counted> _files = [];

    /// <summary>Whether each file was closed by its reader as often as it is expected to be read.</summary>
    public bool AreOver => _files.TrueForAll(file => file.IsOver);

    /// <summary>Counts a file from now on; one that is already counted is expected to be read once more.</summary>
    /// <param name="watch">The inotify watch descriptor, the same for all of the file's paths.</param>
    /// <param name="status">The identity of the file.</param>
    public void Add(int watch, FileStatus status)
    {
        Counted? known = _files.Find(file => file.Watch == watch);
        if (known is null)
        {
            _files.Add(known = new(watch, status));
        }

        known.Wanted++;
    }

    /// <summary>Counts a use of a file by any process.</summary>
    public void Count(int watch, uint mask)
    {
        if ((mask & WatchCalls.CloseUnwritten) != 0 && _files.Find(file => file.Watch == watch) is { } known)
        {
            known.Closed++;
        }
    }

    /// <summary>Attributes uses of a file to one process: one or more of each kind.</summary>
    public void Attribute(FileStatus status, uint mask, bool isByReader)
    {
        if (_files.Find(file => file.Status.IsSameFile(status)) is not { } known)
        {
            return;
        }

        known.HasOthers |= !isByReader;
        known.ClosedByReader += isByReader && (mask & WatchCalls.CloseUnwritten) != 0 ? 1 : 0;
    }

    /// <summary>Notes that some uses were missed: any of them may have been by another process.</summary>
    public void Lose() => _files.ForEach(file => file.HasOthers = true);

    private sealed class Counted(int watch, FileStatus status)
    {
        public readonly int Watch = watch;
        public readonly FileStatus Status = status;
        public int Wanted;
        public int Closed;
        public int ClosedByReader;
        public bool HasOthers;

        public bool IsOver => ClosedByReader >= Wanted || (!HasOthers && Closed >= Wanted);
    }
}
