using System.Text;
using LamBoot.Nvram.Boot.Crashes;
using LamBoot.Nvram.Layout;
using LamBoot.Nvram.Variables;

namespace LamBoot.Nvram.Tests.Boot.Crashes;

/// <summary>The newest crash is the one written last. If only that one is requested, no others are read.</summary>
public sealed class NewestCrashTests
{
    private const string PanicLine = "<0>[    5.1] Kernel panic - not syncing: gone\n";

    [Fact]
    public void It_is_the_one_that_was_written_last_whatever_its_clock_said()
    {
        CrashStore store = new CrashStore()
            .Add(1, PanicLine, time: 9000)
            .Add(1, "<0>Kernel panic - not syncing: new\n");

        store.Read().Select(crash => crash.Reason).ShouldBe(["new", "gone"]);
        CrashRecords.Newest(store.Open())!.Reason.ShouldBe("new");
    }

    [Fact]
    public void A_log_that_is_no_crash_is_passed_over_and_a_dump_that_cannot_be_read()
    {
        CrashStore store = new CrashStore()
            .Add(1, PanicLine)
            .Add(1, PanicLine, time: 2000, word: "Shutdown")
            .Add("dump-type0-1-1-3000-C", [1, 2, 3])
            .Add("dump-type0-x", [1]);

        CrashRecords.Newest(store.Open())!.Reason.ShouldBe("gone");
        store
            .Read()
            .Select(crash => crash.Kind)
            .ShouldBe([CrashKind.Unknown, CrashKind.NoCrash, CrashKind.KernelPanic, CrashKind.Unknown]);
    }

    [Fact]
    public void There_is_none_where_nothing_crashed()
    {
        CrashRecords.Newest(new CrashStore().Open()).ShouldBeNull();
        CrashRecords.Newest(new CrashStore().Add(1, PanicLine, word: "Shutdown").Open()).ShouldBeNull();
        CrashRecords.Newest(new CrashStore().Add("dump-type0-x", [1]).Open()).ShouldBeNull();
    }

    [Fact]
    public void A_bug_check_has_its_place_too()
    {
        byte[] code = [0xef, 0, 0, 0];
        CrashStore store = new CrashStore().AddWindows("BugCheckCode", code).Add(1, PanicLine);
        CrashRecords.Newest(store.Open())!.Kind.ShouldBe(CrashKind.KernelPanic);
        store.Read().Select(crash => crash.Kind).ShouldBe([CrashKind.KernelPanic, CrashKind.WindowsBugCheck]);

        // The firmware does not rewrite a code that already has the value.
        store.AddWindows("BugCheckParameter1", new byte[8]);

        CrashRecords.Newest(store.Open())!.Kind.ShouldBe(CrashKind.WindowsBugCheck);
        store.Read().Select(crash => crash.Kind).ShouldBe([CrashKind.WindowsBugCheck, CrashKind.KernelPanic]);
    }

    [Fact]
    public void A_bug_check_is_of_the_boot_that_wrote_the_last_of_it()
    {
        CrashStore store = new CrashStore().AddWindows("BugCheckCode", [0xef, 0, 0, 0]);
        store.Writer.Add("MTC", [6, 0, 0, 0], vendor: EfiGuids.MtcVendor);

        CrashRecord older = store.ReadOne();
        CrashRecord newer = store.AddWindows("BugCheckParameter1", new byte[8]).ReadOne();

        (older.IsOfLastBoot, older.FirmwareBoot).ShouldBe((false, null));
        (newer.IsOfLastBoot, newer.FirmwareBoot).ShouldBe((true, 6u));
    }

    [Fact]
    public void A_dump_is_of_the_boot_that_wrote_the_last_of_it()
    {
        CrashStore store = new CrashStore().Add(1, PanicLine);
        store.Writer.Add("MTC", [6, 0, 0, 0], vendor: EfiGuids.MtcVendor);

        CrashRecord crash = store.Add(2, "<4>x\n", time: 1001).ReadOne();

        crash.Parts.ShouldBe([1u, 2u]);
        (crash.IsOfLastBoot, crash.FirmwareBoot).ShouldBe((true, 6u));
    }

    [Fact]
    public void None_but_it_is_inflated()
    {
        StringBuilder lines = new();
        while (lines.Length < 60_000)
        {
            lines.Append("<4>[    1.0] x\n");
        }

        CrashStore store = new();
        for (int dump = 0; dump < 40; dump++)
        {
            store.Add(1, lines.ToString(), time: 1000 + (100 * dump));
        }

        VariableStore open = store.Add(1, PanicLine, time: 9000).Open();
        CrashRecords.Newest(open)!.Reason.ShouldBe("gone");
        long before = GC.GetAllocatedBytesForCurrentThread();

        CrashRecords.Newest(open);

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(200_000);
    }

    [Theory]
    [InlineData("k6.12-reset-loop")]
    [InlineData("hostile-names")]
    [InlineData("windows-bugcheck-7e")]
    [InlineData("k6.1-fake-only")]
    public void Whether_there_is_any_is_known_without_allocation(string name)
    {
        byte[] image = new CrashImage(name).ReadBytes();
        VariableStore.TryOpen(image, image.Length, out VariableStore store, out _).ShouldBeTrue();
        CrashRecords.Any(store).ShouldBe(name != "k6.1-fake-only");
        long before = GC.GetAllocatedBytesForCurrentThread();

        CrashRecords.Any(store);

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
    }
}
