using System.Security.Cryptography;
using System.Text;
using LamBoot.Nvram.Boot.Crashes;
using LamBoot.Nvram.Layout;
using LamBoot.Nvram.Variables;

namespace LamBoot.Nvram.Tests.Boot.Crashes;

/// <summary>Dumps that are partial, doubled, mixed up, damaged or hostile.</summary>
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
        crash.Flaws.ShouldBe(["part 2 is there more than once"]);
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
        crash.Flaws.ShouldBe(["part 1 is there more than once"]);
    }

    [Fact]
    public void Dumps_are_told_apart_by_count_and_time_and_the_newest_is_first()
    {
        CrashStore store = new();
        foreach (
            (int count, long time, string word) in new[]
            {
                (1, 1000L, "Oops"),
                (2, 1001L, "Panic"), // of the same boot
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
    public void What_cannot_be_read_is_said()
    {
        byte[] noise = new byte[300];
        new Random(5).NextBytes(noise);
        CrashRecord crash = new CrashStore().Add("dump-type0-1-1-1000-C", noise).Add(2, PanicLine).ReadOne();

        crash.Reason.ShouldBe("gone");
        crash.Flaws.ShouldBe(["part 1 cannot be read"]);
        CrashRecord other = new CrashStore().Add("dump-type0-1-1-1000-C", noise).ReadOne();
        other.Kind.ShouldBe(CrashKind.Unknown);
        other.IsCrash.ShouldBeFalse();
    }

    [Fact]
    public void A_stream_that_is_cut_off_keeps_its_beginning()
    {
        string lines = PanicLine + Convert.ToHexString(RandomNumberGenerator.GetBytes(2000)) + "\n";
        byte[] whole = CrashStore.Deflate(Encoding.ASCII.GetBytes("Panic#1 Part1\n" + lines));

        CrashRecord crash = new CrashStore().Add("dump-type0-1-1-1000-C", whole[..(whole.Length / 2)]).ReadOne();

        crash.Reason.ShouldBe("gone");
        crash.Flaws.ShouldBe(["part 1 is damaged at its end"]);
    }

    [Fact]
    public void A_bomb_is_read_as_far_as_a_record_may_be_long()
    {
        byte[] bomb = new byte[16 << 20];
        bomb.AsSpan().Fill((byte)'x');
        Encoding.ASCII.GetBytes("Panic#1 Part1\n" + PanicLine).CopyTo(bomb, 0);
        CrashStore store = new CrashStore().Add("dump-type0-1-1-1000-C", CrashStore.Deflate(bomb)).Add(2, "<4>b\n");
        long before = GC.GetAllocatedBytesForCurrentThread();

        CrashRecord crash = store.ReadOne();

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(4 << 20);
        crash.Reason.ShouldBe("gone");
        crash.Text.Length.ShouldBeLessThan((64 << 10) + 10);
        crash.Flaws.ShouldBe(["part 1 is too long and cut off"]);
    }

    [Fact]
    public void The_text_of_a_dump_and_of_all_is_bounded_and_the_newest_is_kept()
    {
        byte[] text = new byte[60_000];
        text.AsSpan().Fill((byte)'x');
        text[^1] = (byte)'\n';
        CrashStore store = new();
        for (int dump = 0; dump < 8; dump++)
        {
            for (int part = 1; part <= 20; part++)
            {
                Encoding.ASCII.GetBytes($"Panic#1 Part{part}\n{part};").CopyTo(text, 0);
                store.Add($"dump-type0-{part}-1-{1000 + (100 * dump)}-C", CrashStore.Deflate(text));
            }
        }

        IReadOnlyList<CrashRecord> crashes = store.Read();

        crashes.Count.ShouldBe(8);
        crashes.Sum(crash => (long)crash.Text.Length).ShouldBeLessThan((4 << 20) + 1000);
        crashes[0].Text.Length.ShouldBeInRange(1_000_000, (1 << 20) + 20);
        crashes[0].Text.ShouldContain("\n1;"); // the newest part
        crashes[0]
            .Flaws.ShouldBe(["part 18 is too long and cut off", "parts 19-20 are left out: the text is too long"]);
        crashes[7].Text.ShouldBeEmpty();
        crashes[7].Parts.Count.ShouldBe(20);
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
