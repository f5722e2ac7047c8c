using LamBoot.Nvram.Variables;

namespace LamBoot.Nvram.Boot.Crashes;

/// <summary>
/// The dumps in a store's records, read one at a time, the last written first. The records of a dump share one COUNT, which restarts at 1
/// in every boot, and one kind, stated in their texts; each has its own time, but these are close together because a dump takes a few
/// seconds. Parts are written from 1 up, so a lower part in a later second belongs to the next dump.
/// </summary>
internal sealed class KernelDumps
{
    private const int MaximumDumps = 64;
    private const int MaximumText = 4 << 20; // in total, in characters
    private const int MaximumTextOfOne = 1 << 20; // a kernel's own dump is 10 KB unless kmsg_bytes says otherwise
    private const int NearSeconds = 10;
    private const int ShortestBoot = 2; // seconds: a repeated part within less belongs to the same dump

    // The cost, in characters, of trying to read something that is not a part: starting to inflate one takes some 26 KB.
    private const int CostOfUnreadable = 4 << 10;

    private readonly List<RecordGroup> _groups = [];
    private readonly RecordText _reader = new();
    private int _budget = MaximumText;
    private int _groupsRead;
    private int _dumpsRead;
    private int _dumpsDropped;

    /// <summary>Groups records into dumps without reading any yet.</summary>
    public KernelDumps(VariableStore store, List<KernelRecord> records)
    {
        foreach (List<KernelRecord> group in Group(store, records))
        {
            int last = 0;
            foreach (KernelRecord record in group)
            {
                last = Math.Max(last, record.Offset);
            }

            _groups.Add(new(last, group));
        }

        _groups.Sort((a, b) => b.LastOffset.CompareTo(a.LastOffset));
    }

    /// <summary>The number of dumps not read.</summary>
    public int Left => _groups.Count - _groupsRead + _dumpsDropped;

    /// <summary>Whether there is another dump to read that was written after an entry of the store.</summary>
    public bool HasNextBehind(int offset) =>
        _dumpsRead < MaximumDumps && _groupsRead < _groups.Count && _groups[_groupsRead].LastOffset > offset;

    /// <summary>Reads the next dump: more than one if records of two kinds look like a single dump.</summary>
    public IEnumerable<CrashRecord> ReadNext(VariableStore store)
    {
        List<KernelDump> dumps = ReadGroup(store, _groups[_groupsRead++].Records);
        int kept = Math.Min(dumps.Count, MaximumDumps - _dumpsRead);
        _dumpsRead += kept;
        _dumpsDropped += dumps.Count - kept;
        List<CrashRecord> crashes = [];
        foreach (KernelDump dump in dumps[..kept])
        {
            crashes.Add(dump.Build(store));
        }

        return crashes;
    }

    private List<KernelDump> ReadGroup(VariableStore store, List<KernelRecord> records)
    {
        List<KernelDump> dumps = [];
        List<(KernelRecord Record, bool IsLeftOut)> others = [];
        int least = Math.Max(0, _budget - MaximumTextOfOne);
        records.Sort((a, b) => a.Part != b.Part ? a.Part.CompareTo(b.Part) : Compare(a, b));
        foreach (KernelRecord record in records)
        {
            bool isLeftOut = _budget <= least;
            if (isLeftOut || !_reader.Read(store.EntryAt(record.Offset).Data, record.IsCompressed))
            {
                others.Add((record, isLeftOut));
                _budget -= isLeftOut ? 0 : CostOfUnreadable;
            }
            else
            {
                DumpOf(dumps, _reader.Kind).Add(record, _reader, _budget - least);
                _budget -= Math.Min(_reader.Lines.Length, _budget - least);
            }
        }

        foreach ((KernelRecord record, bool isLeftOut) in others)
        {
            // Its kind is unknown: it belongs to the dump that lacks this part.
            KernelDump dump = dumps.Find(dump => !dump.Has(record.Part)) ?? DumpOf(dumps, null);
            dump.AddUnread(record, isLeftOut);
        }

        return dumps;
    }

    /// <summary>The dump of a kind, added if there is none yet; any dump if no kind is given.</summary>
    private static KernelDump DumpOf(List<KernelDump> dumps, CrashKind? kind)
    {
        KernelDump? found = dumps.Find(dump => kind is null || dump.Kind == kind);
        if (found is null)
        {
            found = new(kind ?? CrashKind.Unknown);
            dumps.Add(found);
        }

        return found;
    }

    private sealed class RecordGroup(int lastOffset, List<KernelRecord> records)
    {
        public int LastOffset => lastOffset;
        public List<KernelRecord> Records => records;
    }

    private static int Compare(KernelRecord a, KernelRecord b) =>
        (a.Time, a.Count, a.Part, a.Offset).CompareTo((b.Time, b.Count, b.Part, b.Offset));

    private static List<List<KernelRecord>> Group(VariableStore store, List<KernelRecord> records)
    {
        records.Sort((a, b) => a.Count != b.Count ? a.Count.CompareTo(b.Count) : Compare(a, b));
        List<List<KernelRecord>> dumps = [];
        foreach (KernelRecord record in records)
        {
            if (dumps.Count == 0 || !IsOf(store, dumps[^1], record))
            {
                dumps.Add([]);
            }

            dumps[^1].Add(record);
        }

        return dumps;
    }

    private static bool IsOf(VariableStore store, List<KernelRecord> dump, KernelRecord next)
    {
        KernelRecord last = dump[^1];
        long seconds = next.Time - last.Time;
        if (next.Count != last.Count || seconds > NearSeconds)
        {
            return false;
        }

        return next.Part > last.Part
            || seconds == 0
            || (seconds < ShortestBoot && next.Part > 1)
            || IsCopy(store, dump, next);
    }

    /// <summary>Whether the dump has the same part with the same bytes.</summary>
    private static bool IsCopy(VariableStore store, List<KernelRecord> dump, KernelRecord record)
    {
        int same = dump.FindIndex(other => other.Part == record.Part);
        return same >= 0 && store.EntryAt(dump[same].Offset).Data.SequenceEqual(store.EntryAt(record.Offset).Data);
    }
}
