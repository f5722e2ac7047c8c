using LamBoot.Nvram.Variables;

namespace LamBoot.Nvram.Boot.Crashes;

/// <summary>
/// Sorts records into dumps. A dump's have one COUNT, which begins at 1 in every boot, and times near each other: each has its own,
/// and a dump takes some seconds. Parts are written from 1 on, so that a lower part of a later second is of the next dump.
/// </summary>
internal static class KernelDumps
{
    private const int MaximumDumps = 64;
    private const int MaximumText = 4 << 20; // of all, in characters
    private const int NearSeconds = 10;
    private const int ShortestBoot = 2; // seconds: the same part within less is the same dump's

    /// <summary>Reads the dumps, the newest first.</summary>
    public static List<CrashRecord> Read(VariableStore store, List<KernelRecord> records)
    {
        List<List<KernelRecord>> dumps = Group(store, records);
        dumps.Sort((a, b) => -Compare(a[0], b[0]));
        RecordText reader = new();
        List<CrashRecord> crashes = [];
        int budget = MaximumText;
        foreach (List<KernelRecord> dump in dumps.Take(MaximumDumps))
        {
            KernelDump reading = new(reader, Math.Min(budget, KernelDump.MaximumText));
            crashes.Add(reading.Read(store, dump));
            budget -= reading.Spent;
        }

        return crashes;
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
