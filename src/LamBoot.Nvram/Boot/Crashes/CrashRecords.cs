using LamBoot.Nvram.Layout;
using LamBoot.Nvram.Variables;

namespace LamBoot.Nvram.Boot.Crashes;

/// <summary>
/// What crashing guests leave in their store: the log of a Linux kernel (drivers/firmware/efi/efi-pstore.c), the bug check of
/// Windows. The guest wrote it: any bytes are read without exceptions, in bounded time and memory.
/// </summary>
public static class CrashRecords
{
    /// <summary>The vendor of Linux's records: LINUX_EFI_CRASH_GUID.</summary>
    private static readonly Guid LinuxCrash = new("cfc8fc79-be2e-4ddc-97f0-9f98bfe298a0");

    /// <summary>
    /// Whether <see cref="Read"/> may find any; nothing is allocated and nothing inflated. Where it says no there is none; it says yes of
    /// an older copy too, whose live one a guest has made no record.
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

    /// <summary>Reads the crash records of a store; nothing is allocated where it has none.</summary>
    /// <param name="store">The store.</param>
    /// <returns>
    /// What was written last first, by the order of the store and so by no clock: 64 dumps at most, with 1 MiB of text each and 4 MiB
    /// together, and a bug check. Where records are left out, the last says so in its flaws: it has no parts and is of no known kind.
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
    /// The first of <see cref="Read"/>'s that is a crash; no older one is inflated. Logs that are none, and dumps of which nothing can be
    /// read, are passed over.
    /// </summary>
    /// <param name="store">The store.</param>
    /// <returns>The crash; null where there is none.</returns>
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

    /// <summary>Deletes every crash record of a store, a kernel's shutdown logs and what <see cref="Read"/> leaves out too.</summary>
    /// <param name="writer">The store.</param>
    /// <returns>How many variables there were.</returns>
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
