using LamBoot.Linux.Files;
using LamBoot.Linux.Libc;

namespace LamBoot.Linux.Watch;

/// <summary>How often files were read, by whom, and how often they are to be.</summary>
internal sealed class FileCounts
{
    private readonly List<Counted> _files = [];

    /// <summary>Whether each was closed by its reader as often as it is to be read.</summary>
    public bool AreOver => _files.TrueForAll(file => file.IsOver);

    /// <summary>Counts a file from now on; one that is there already is to be read once more.</summary>
    /// <param name="watch">inotify's number of it, the same for each of its paths.</param>
    /// <param name="status">Which file it is.</param>
    public void Add(int watch, FileStatus status)
    {
        Counted? known = _files.Find(file => file.Watch == watch);
        if (known is null)
        {
            _files.Add(known = new(watch, status));
        }

        known.Wanted++;
    }

    /// <summary>A use of a file, whosesoever.</summary>
    public void Count(int watch, uint mask)
    {
        if ((mask & WatchCalls.CloseUnwritten) != 0 && _files.Find(file => file.Watch == watch) is { } known)
        {
            known.Closed++;
        }
    }

    /// <summary>Uses of a file by one process: one or more of each kind.</summary>
    public void Attribute(FileStatus status, uint mask, bool isByReader)
    {
        if (_files.Find(file => file.Status.IsSameFile(status)) is not { } known)
        {
            return;
        }

        known.HasOthers |= !isByReader;
        known.ClosedByReader += isByReader && (mask & WatchCalls.CloseUnwritten) != 0 ? 1 : 0;
    }

    /// <summary>Some uses are not known: any may have been another process's.</summary>
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
