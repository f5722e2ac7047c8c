using System.Diagnostics;
using LamBoot.Nvram.Boot;
using LamBoot.Nvram.Boot.Crashes;
using LamBoot.Nvram.Boot.Entries;
using LamBoot.Nvram.Layout;
using LamBoot.Nvram.SecureBoot;
using LamBoot.Nvram.Variables;

namespace LamBoot.Nvram.Stress;

/// <summary>Everything that reads a guest's bytes, with the bounds that must hold for any input.</summary>
internal static class Target
{
    // Allocations are strings and lists for what is found, never more than a small multiple of the image.
    private const long AllocationBase = 4 << 20;
    private const int AllocationPerByte = 24;
    private const long CrashAllocation = 64 << 20; // at most 4 MiB of text, each character several times

    private static readonly TimeSpan TimeLimit = TimeSpan.FromSeconds(10);

    /// <summary>Reads an image in every possible way. Throws if a bound is violated or anything else is thrown.</summary>
    public static void Run(ReadOnlySpan<byte> image)
    {
        long allocated = GC.GetAllocatedBytesForCurrentThread();
        Stopwatch watch = Stopwatch.StartNew();
        ReadWhole(image);
        ReadInPart(image);
        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        allocated -= HasCrashes(image) ? CrashAllocation : 0;
        if (allocated > AllocationBase + ((long)image.Length * AllocationPerByte))
        {
            throw new InvalidOperationException($"{allocated} bytes allocated for an image of {image.Length}");
        }

        if (watch.Elapsed > TimeLimit)
        {
            throw new InvalidOperationException($"{watch.Elapsed} for an image of {image.Length} bytes");
        }
    }

    private static void ReadWhole(ReadOnlySpan<byte> image)
    {
        if (!VariableStore.TryOpen(image, image.Length, out VariableStore store, out NvramError error))
        {
            Require(
                error.ToString().Length > 0 && error.Offset >= 0 && error.Offset <= image.Length,
                "error without place"
            );
            return;
        }

        int entries = 0;
        foreach (VariableEntry entry in store.Entries)
        {
            entries++;
            Require(entry.Offset < store.Size, "entry outside the store");
        }

        int live = 0;
        foreach (VariableEntry variable in store.Variables)
        {
            live++;
            if (live <= 64)
            {
                Examine(store, variable);
            }
        }

        Require(live <= entries, "more variables than entries");
        _ = BootRecord.Read(store)?.ToString();
        ReadBoots(store);
    }

    private static bool HasCrashes(ReadOnlySpan<byte> image) =>
        VariableStore.TryOpen(image, image.Length, out VariableStore store, out _) && CrashRecords.Any(store);

    /// <summary>Crash records, boot entries and their device paths.</summary>
    private static void ReadBoots(VariableStore store)
    {
        IReadOnlyList<CrashRecord> crashes = CrashRecords.Read(store);
        Require(crashes.Count == 0 || CrashRecords.Any(store), "a crash record that was not announced");
        Require(crashes.Count <= 66, "more crash records than are kept");
        Require(crashes.Sum(crash => (long)crash.Text.Length) < (5 << 20), "more text than is kept");
        foreach (CrashRecord crash in crashes)
        {
            Require(crash.Reason?.Contains('\n') != true && crash.Reason?.Length is not > 1024, "a reason of lines");
            Require(
                crash.Flaws.All(flaw => flaw.Length < 400 && flaw.All(char.IsAscii)),
                "a flaw of the guest's words"
            );
        }

        CrashRecord? newest = CrashRecords.Newest(store);
        Require(
            newest?.Text == crashes.FirstOrDefault(crash => crash.IsCrash)?.Text,
            "the newest crash is not the first"
        );
        BootEntries boot = BootEntries.Read(store);
        Require(boot.Entries.All(entry => entry.Path.Length <= DevicePath.MaximumLength), "a path without bounds");
    }

    private static void Examine(VariableStore store, VariableEntry variable)
    {
        _ = variable.TimeStamp.ToString();
        string name = variable.Name;
        if (variable.IsNamed(name))
        {
            Require(store.TryFind(name, variable.VendorGuid, out _), "a live variable is not found");
        }

        BootEntry entry = BootEntry.Read(0, variable.Data);
        Require(entry.Path.Length <= DevicePath.MaximumLength, "a path without bounds");
        Require(DevicePath.Format(variable.Data, out _).Length <= DevicePath.MaximumLength, "a path without bounds");
        foreach (Signature signature in new SignatureLists(variable.Data))
        {
            _ = Certificate.Subject(signature.Data);
        }
    }

    /// <summary>Checks that an image read in part gives the same results as the whole.</summary>
    private static void ReadInPart(ReadOnlySpan<byte> image)
    {
        byte[] whole = image.ToArray();
        StoreImage part = StoreImage.Read(
            whole.Length,
            (offset, buffer) =>
            {
                int count = (int)Math.Clamp(whole.Length - offset, 0, buffer.Length);
                whole.AsSpan((int)Math.Min(offset, whole.Length), count).CopyTo(buffer);
                return count;
            }
        );
        bool opened = VariableStore.TryOpen(whole, whole.Length, out VariableStore store, out _);
        Require(
            opened == VariableStore.TryOpen(part.Bytes, part.Size, out VariableStore partStore, out _),
            "opened in part"
        );
        Require(opened == (store.Size > 0) || whole.Length == VariableStore.Aarch64ImageSize, "a store of no size");
        string? read = opened ? BootRecord.Read(store)?.ToString() : null;
        Require(read == (opened ? BootRecord.Read(partStore)?.ToString() : null), "another record in part");
    }

    private static void Require(bool condition, string what)
    {
        if (!condition)
        {
            throw new InvalidOperationException(what);
        }
    }
}
