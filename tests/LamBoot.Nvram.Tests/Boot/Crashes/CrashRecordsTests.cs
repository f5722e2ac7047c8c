using System.Text;
using LamBoot.Nvram.Boot.Crashes;
using LamBoot.Nvram.Layout;
using LamBoot.Nvram.Variables;

namespace LamBoot.Nvram.Tests.Boot.Crashes;

/// <summary>Dumps that are partial, duplicated or mixed up, and the boots that they belong to.</summary>
public sealed class CrashRecordsTests
{
    private const string PanicLine = "<0>[    5.1] Kernel panic - not syncing: gone\n";

    [Fact]
    public void A_store_without_any_has_none_and_nothing_is_allocated()
    {
        byte[] image = CorpusImage.Get("single-00-4m-ok").ReadBytes();
        VariableStore.TryOpen(image, image.Length, out VariableStore store, out _);
        CrashRecords.Read(store).ShouldBeEmpty();
        long before = GC.GetAllocatedBytesForCurrentThread();
        CrashRecords.Read(store);

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
    }

    [Fact]
    public void The_highest_part_has_the_oldest_text()
    {
        CrashRecord crash = new CrashStore()
            .Add(1, "<4>[    6.1] last\n", time: 1001)
            .Add(3, "<6>[    4.1] first\n<6>[    4.2] second\n", time: 1002)
            .Add(2, PanicLine, time: 1001)
            .ReadOne();

        crash.Text.ShouldBe(
            "[    4.1] first\n[    4.2] second\n[    5.1] Kernel panic - not syncing: gone\n[    6.1] last\n"
        );
        crash.Kind.ShouldBe(CrashKind.KernelPanic);
        crash.Reason.ShouldBe("gone");
        crash.At.ShouldBe(DateTimeOffset.FromUnixTimeSeconds(1001).UtcDateTime);
        crash.Parts.ShouldBe([1u, 2u, 3u]);
        crash.Flaws.ShouldBeEmpty();
    }

    [Fact]
    public void Older_kernels_streams_have_a_zlib_header()
    {
        byte[] text = Encoding.ASCII.GetBytes("Panic#1 Part1\n" + PanicLine);

        CrashRecord crash = new CrashStore()
            .Add("dump-type0-1-1-1000-C", CrashStore.Deflate(text, zlib: true))
            .ReadOne();

        crash.Reason.ShouldBe("gone");
        crash.Flaws.ShouldBeEmpty();
    }

    [Fact]
    public void Missing_parts_are_named_and_the_reason_with_them_is_not_guessed()
    {
        CrashRecord crash = new CrashStore().Add(2, "<4>a\n").Add(9, "<4>b\n").Add(4, "<4>c\n").ReadOne();

        crash.Reason.ShouldBeNull();
        crash.Text.ShouldBe("b\nc\na\n");
        crash.Flaws.ShouldBe(["parts 1, 3 and 5-8 are missing"]);
    }

    [Fact]
    public void A_part_of_any_number_costs_nothing()
    {
        CrashRecord crash = new CrashStore()
            .Add("dump-type0-4294967295-1-1000-D", "Oops#1 Part1\n"u8.ToArray())
            .ReadOne();

        crash.Kind.ShouldBe(CrashKind.KernelOops);
        crash.Flaws.ShouldBe(["parts 1-4294967294 are missing"]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void A_doubled_part_counts_once(int later)
    {
        CrashRecord crash = new CrashStore()
            .Add(1, PanicLine)
            .Add(2, "<4>b\n")
            .Add(3, "<4>a\n", time: 1001)
            .Add("dump-type0-02-1-" + (1000 + later) + "-D", "Panic#1 Part2\n<4>other\n"u8.ToArray())
            .ReadOne();

        crash.Text.ShouldBe("a\nb\n[    5.1] Kernel panic - not syncing: gone\n");
        crash.Flaws.ShouldBe(["part 2 appears more than once"]);
    }

    [Fact]
    public void A_copy_of_the_first_part_is_no_second_dump()
    {
        CrashRecord crash = new CrashStore()
            .Add(1, PanicLine)
            .Add(2, "<4>b\n")
            .Add("dump-type0-1-1-1001-C", CrashStore.Deflate(Encoding.ASCII.GetBytes("Panic#1 Part1\n" + PanicLine)))
            .Add(3, "<4>a\n", time: 1001)
            .ReadOne();

        crash.Parts.ShouldBe([1u, 2u, 3u]);
        crash.Flaws.ShouldBe(["part 1 appears more than once"]);
    }

    [Fact]
    public void Dumps_are_told_apart_by_count_and_time_and_the_newest_is_first()
    {
        CrashStore store = new();
        foreach (
            (int count, long time, string word) in new[]
            {
                (1, 1000L, "Oops"),
                (2, 1001L, "Panic"), // in the same boot
                (1, 1005L, "Panic"), // the next boot, four seconds later
                (1, 90_000L, "Panic"),
            }
        )
        {
            store.Add(1, "<4>x\n", count, time, word).Add(2, "<4>y\n", count, time, word);
            store.Add(3, "<4>z\n", count, time + 1, word);
        }

        IReadOnlyList<CrashRecord> crashes = store.Read();

        crashes
            .Select(crash => $"{crash.Kind} {crash.Count} {new DateTimeOffset(crash.At!.Value).ToUnixTimeSeconds()}")
            .ShouldBe(["KernelPanic 1 90000", "KernelPanic 1 1005", "KernelPanic 2 1001", "KernelOops 1 1000"]);
        crashes.ShouldAllBe(crash => crash.Parts.Count == 3 && crash.Flaws.Count == 0);
    }

    /// <summary>A guest whose clock restarts at each boot: by name, the two look like one.</summary>
    [Fact]
    public void Dumps_are_told_apart_by_what_they_say_that_they_are()
    {
        CrashStore store = new CrashStore()
            .Add(1, "<4>[ 1.0] divide error: 0000 [#1] SMP\n", word: "Oops")
            .Add(2, "<4>a\n", word: "Oops")
            .Add("dump-type0-4-1-1000-C", [1, 2, 3])
            .Add("dump-type0-01-1-1001-D", Encoding.ASCII.GetBytes("Panic#1 Part1\n" + PanicLine))
            .Add(3, "<4>b\n", time: 1001);

        IReadOnlyList<CrashRecord> crashes = store.Read();

        crashes
            .Select(crash =>
                $"{crash.Kind} {crash.Reason} {string.Join(',', crash.Parts)} {string.Join(',', crash.Flaws)}"
            )
            .ShouldBe([
                "KernelPanic gone 1,3 part 2 is missing",
                "KernelOops divide error: 0000 [#1] SMP 1,2,4 part 3 is missing,part 4 cannot be read",
            ]);
        crashes[0].Text.ShouldBe("b\n[    5.1] Kernel panic - not syncing: gone\n");
    }

    [Fact]
    public void A_log_kept_at_a_shutdown_is_no_crash()
    {
        foreach (string word in new[] { "Shutdown", "Emergency", "Restart" })
        {
            CrashRecord log = new CrashStore().Add(1, PanicLine, word: word).ReadOne();

            log.Kind.ShouldBe(CrashKind.NoCrash);
            log.IsCrash.ShouldBeFalse();
            log.Reason.ShouldBeNull();
        }
    }

    [Fact]
    public void The_boot_is_not_known_where_a_reclaim_has_dropped_what_tells()
    {
        CrashStore store = new CrashStore().Add(1, PanicLine, time: 1000);
        store.Writer.Add("MTC", [6, 0, 0, 0], 0x3c, EfiGuids.MtcVendor);
        store.Add(1, PanicLine, time: 2000);
        store.Writer.Add("MTC", [8, 0, 0, 0], VariableState.HeaderValidOnly, EfiGuids.MtcVendor); // its write was interrupted
        store.Add(1, PanicLine, time: 3000);
        store.Writer.Add("MTC", [7, 0, 0, 0], vendor: EfiGuids.MtcVendor);
        store.Add(1, PanicLine, time: 4000);

        store
            .Read()
            .Select(crash => (crash.FirmwareBoot, crash.IsOfLastBoot))
            .ShouldBe([(7u, true), (6u, false), (6u, false), (null, false)]);
        CrashRecord alone = new CrashStore().Add(1, PanicLine).ReadOne();
        (alone.FirmwareBoot, alone.IsOfLastBoot).ShouldBe((null, null));
    }

    [Fact]
    public void Deleted_records_are_none()
    {
        StoreWriter writer = new();
        writer.Add(
            "dump-type0-1-1-1000-D",
            "Panic#1 Part1\n"u8.ToArray(),
            0x3d,
            new("cfc8fc79-be2e-4ddc-97f0-9f98bfe298a0")
        );
        VariableStore.TryOpen(writer.Image, writer.Image.Length, out VariableStore store, out _);

        CrashRecords.Any(store).ShouldBeFalse();
        CrashRecords.Read(store).ShouldBeEmpty();
    }

    [Fact]
    public void They_can_be_deleted_and_nothing_else_is()
    {
        byte[] image = new CrashImage("mixed-kernels").ReadBytes();
        VariableWriter.TryOpen(image, out VariableWriter? writer, out _).ShouldBeTrue();
        int before = Count(writer!.Store);

        int deleted = CrashRecords.Delete(writer);

        deleted.ShouldBe(14 + 15 + 15);
        Count(writer.Store).ShouldBe(before - deleted);
        CrashRecords.Any(writer.Store).ShouldBeFalse();
        CrashRecords.Delete(writer).ShouldBe(0);
    }

    [Fact]
    public void A_bug_check_of_other_sizes_says_so()
    {
        CrashRecord crash = new CrashStore()
            .AddWindows("BugCheckCode", [1, 2])
            .AddWindows("BugCheckParameter1", [1])
            .ReadOne();

        crash.Kind.ShouldBe(CrashKind.WindowsBugCheck);
        crash.Reason.ShouldBeNull();
        crash.Flaws.Take(2).ShouldBe(["BugCheckCode: 2 bytes", "BugCheckParameter1: 1 bytes"]);
        new CrashStore()
            .AddWindows("BugCheckCode", [0x34, 0x12, 0, 0])
            .ReadOne()
            .Reason.ShouldBe("bug check 0x00001234");
    }

    private static int Count(VariableStore store)
    {
        int count = 0;
        foreach (VariableEntry _ in store.Variables)
        {
            count++;
        }

        return count;
    }
}
