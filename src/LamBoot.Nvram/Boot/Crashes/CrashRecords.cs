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
    /// <returns>The newest first, by their own times: 64 at most, with 4 MiB of text. A bug check, which has no time, is the last.</returns>
    public static IReadOnlyList<CrashRecord> Read(VariableStore store)
    {
        if (!Any(store))
        {
            return [];
        }

        List<KernelRecord> records = [];
        foreach (VariableEntry entry in store.Variables)
        {
            if (entry.VendorGuid == LinuxCrash && KernelRecord.TryParse(entry, out KernelRecord record))
            {
                records.Add(record);
            }
        }

        List<CrashRecord> crashes = KernelDumps.Read(store, records);
        if (WindowsBugCheck.Read(store) is { } bugCheck)
        {
            crashes.Add(bugCheck);
        }

        return crashes;
    }

    /// <summary>Deletes every crash record of a store, a kernel's shutdown logs too.</summary>
    /// <param name="writer">The store.</param>
    /// <returns>How many variables there were.</returns>
    public static int Delete(VariableWriter writer)
    {
        List<(string Name, Guid Vendor)> found = [];
        foreach (VariableEntry entry in writer.Store.Variables)
        {
            if (IsOfRecord(entry))
            {
                found.Add((entry.Name, entry.VendorGuid));
            }
        }

        found.ForEach(variable => writer.Delete(variable.Name, variable.Vendor));
        return found.Count;
    }

    private static bool IsOfRecord(VariableEntry entry) =>
        entry.VendorGuid == LinuxCrash ? KernelRecord.TryParse(entry, out _) : WindowsBugCheck.IsOfOne(entry);
}
