using LamBoot.Nvram.Layout;
using LamBoot.Nvram.Variables;

namespace LamBoot.Nvram.Boot.Crashes;

/// <summary>
/// What crashing guests leave in their store: a Linux kernel's log (drivers/firmware/efi/efi-pstore.c) or a Windows bug check. It is
/// guest-written: arbitrary bytes are read without exceptions, in bounded time and memory.
/// </summary>
public static class CrashRecords
{
    /// <summary>The vendor GUID of Linux's records: LINUX_EFI_CRASH_GUID.</summary>
    private static readonly Guid LinuxCrash = new("cfc8fc79-be2e-4ddc-97f0-9f98bfe298a0");

    /// <summary>
    /// Whether <see cref="Read"/> may find any, without allocating or inflating anything. False means that there are none; true may also be
    /// due to a superseded copy whose live variable is no longer a record.
    /// </summary>
    /// <param name="store">The store.</param>
    public static bool Any(VariableStore store)
    {
        foreach (VariableEntry entry in store.Entries)
        {
            if (entry.MayBeLive && IsOfRecord(entry))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Reads the crash records of a store; allocates nothing if there are none.</summary>
    /// <param name="store">The store.</param>
    /// <returns>
    /// The records, last written first, by the order of the store rather than by a clock: at most 64 dumps with at most 1 MiB of text each
    /// and 4 MiB in total, and a bug check. If records were left out, a final record of unknown kind and without parts says so in its
    /// flaws.
    /// </returns>
    public static IReadOnlyList<CrashRecord> Read(VariableStore store)
    {
        if (!Any(store))
        {
            return [];
        }

        RecordsLeftOut leftOut = new();
        KernelDumps dumps = new(store, FindRecords(store, leftOut));
        List<CrashRecord> crashes = [];
        while (dumps.HasNextBehind(0))
        {
            crashes.AddRange(dumps.ReadNext(store));
        }

        leftOut.Dumps = dumps.Left;
        if (WindowsBugCheck.Read(store) is { } bugCheck)
        {
            crashes.Add(bugCheck);
        }

        crashes.Sort((a, b) => b.Offset.CompareTo(a.Offset));
        if (leftOut.Describe() is [_, ..] flaws)
        {
            crashes.Add(new() { Kind = CrashKind.Unknown, Flaws = flaws });
        }

        return crashes;
    }

    /// <summary>
    /// The first record of <see cref="Read"/> that is a crash, without inflating older ones. Logs that are not crashes, and unreadable
    /// dumps, are skipped.
    /// </summary>
    /// <param name="store">The store.</param>
    /// <returns>The crash; null if there is none.</returns>
    public static CrashRecord? Newest(VariableStore store)
    {
        if (!Any(store))
        {
            return null;
        }

        KernelDumps dumps = new(store, FindRecords(store, new()));
        CrashRecord? newest = WindowsBugCheck.Read(store);
        while (dumps.HasNextBehind(newest?.Offset ?? 0))
        {
            foreach (CrashRecord dump in dumps.ReadNext(store))
            {
                bool isNewer = newest is null || dump.Offset > newest.Offset;
                newest = isNewer && dump.IsCrash ? dump : newest;
            }
        }

        return newest;
    }

    /// <summary>
    /// Deletes all crash records of a store, including a kernel's shutdown logs and everything that <see cref="Read"/> leaves out.
    /// </summary>
    /// <param name="writer">The store.</param>
    /// <returns>The number of variables deleted.</returns>
    public static int Delete(VariableWriter writer)
    {
        HashSet<VariableKey> found = [];
        foreach (VariableEntry entry in writer.Store.Variables)
        {
            if (IsOfRecord(entry))
            {
                found.Add(new(entry.Name, entry.VendorGuid));
            }
        }

        writer.DeleteAll(found);
        return found.Count;
    }

    private static bool IsOfRecord(VariableEntry entry) =>
        entry.VendorGuid == LinuxCrash
            ? KernelRecord.Parse(entry, out _) != RecordName.Other
            : WindowsBugCheck.IsOfOne(entry);

    private static List<KernelRecord> FindRecords(VariableStore store, RecordsLeftOut leftOut)
    {
        List<KernelRecord> records = [];
        foreach (VariableEntry entry in store.Variables)
        {
            if (entry.VendorGuid != LinuxCrash)
            {
                continue;
            }

            switch (KernelRecord.Parse(entry, out KernelRecord record))
            {
                case RecordName.Record:
                    records.Add(record);
                    break;
                case RecordName.Unknown:
                    leftOut.Unknown++;
                    break;
                case RecordName.TooLate:
                    leftOut.TooLate++;
                    break;
                default:
                    break;
            }
        }

        return records;
    }
}
