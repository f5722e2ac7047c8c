using LamBoot.Nvram.Boot.Crashes;
using LamBoot.Nvram.Variables;

namespace LamBoot.Nvram.Tests.Boot.Crashes;

/// <summary>What is not read is reported, in a final record without parts.</summary>
public sealed class LeftOutRecordsTests
{
    private const string PanicLine = "<0>[    5.1] Kernel panic - not syncing: gone\n";
    private static readonly byte[] Part = "Panic#1 Part1\n<0>Kernel panic - not syncing: x\n"u8.ToArray();

    [Theory]
    [InlineData("dump-type0")]
    [InlineData("dump-type0-")]
    [InlineData("dump-type0-x-1-1000-C")]
    [InlineData("dump-type0-0-1-1000-C")]
    [InlineData("dump-type0-4294967296-1-1000-C")]
    [InlineData("dump-type0-1")]
    [InlineData("dump-type0-1-")]
    [InlineData("dump-type0-1-x-1000-C")]
    public void A_name_that_no_kernel_reads(string name)
    {
        CrashRecord alone = new CrashStore().Add(name, Part).ReadOne();
        IReadOnlyList<CrashRecord> crashes = new CrashStore()
            .Add(name, Part)
            .Add(name + "x", Part)
            .Add(1, PanicLine)
            .Read();

        alone.Flaws.ShouldBe(["1 record left out: not a name that a kernel reads"]);
        (alone.Kind, alone.IsCrash, alone.At, alone.Parts.Count).ShouldBe((CrashKind.Unknown, false, null, 0));
        crashes.Count.ShouldBe(2);
        crashes[0].Reason.ShouldBe("gone");
        crashes[1].Flaws.ShouldBe(["2 records left out: not names that a kernel reads"]);
    }

    [Theory]
    [InlineData("dump-type0-1-1-253402300800-C")]
    [InlineData("dump-type0-1-1-99999999999999999999999999999999-D")]
    [InlineData("dump-type0-1-253402300800")]
    public void A_time_that_no_date_has(string name)
    {
        IReadOnlyList<CrashRecord> crashes = new CrashStore().Add(1, PanicLine).Add(name, Part).Read();

        crashes.Count.ShouldBe(2);
        crashes[0].Reason.ShouldBe("gone");
        crashes[1].Flaws.ShouldBe(["1 record left out: its time is after 9999"]);
        new CrashStore()
            .Add("dump-type0-1-1-253402300799-D", Part)
            .ReadOne()
            .At.ShouldBe(new DateTime(9999, 12, 31, 23, 59, 59, DateTimeKind.Utc));
    }

    [Theory]
    [InlineData(64, null)]
    [InlineData(65, "1 older dump left out")]
    [InlineData(70, "6 older dumps left out")]
    public void Dumps_for_which_there_is_no_room(int count, string? flaw)
    {
        CrashStore store = new();
        for (int i = 0; i < count; i++)
        {
            store.Add(1, $"<0>Kernel panic - not syncing: {i}\n", time: 1000 + (100 * i));
        }

        IReadOnlyList<CrashRecord> crashes = store.Read();

        crashes.Count.ShouldBe(flaw is null ? 64 : 65);
        crashes[0].Reason.ShouldBe($"{count - 1}");
        crashes[63].Reason.ShouldBe($"{count - 64}");
        crashes.Skip(64).SelectMany(crash => crash.Flaws).ShouldBe(flaw is null ? [] : [flaw]);
    }

    [Fact]
    public void Other_types_and_other_vendors_are_none_of_it()
    {
        CrashStore store = new CrashStore().Add("dump-type1-1-1-1000-C", Part).Add("note", Part);
        store.Writer.Add("dump-type0-x", Part);

        store.Read().ShouldBeEmpty();
    }

    [Fact]
    public void They_are_deleted_with_the_rest()
    {
        CrashStore store = new CrashStore()
            .Add("dump-type0-x", Part)
            .Add("dump-type1-1-1-1000-C", Part)
            .Add(1, PanicLine);
        VariableWriter.TryOpen(store.Writer.Image, out VariableWriter? writer, out string reason).ShouldBeTrue(reason);

        CrashRecords.Delete(writer!).ShouldBe(2);

        CrashRecords.Any(writer!.Store).ShouldBeFalse();
    }

    /// <summary>Names made up by a guest; a kernel stops at the first that it cannot accept.</summary>
    [Fact]
    public void Those_of_a_real_store_are_counted()
    {
        byte[] image = new CrashImage("hostile-names").ReadBytes();
        VariableStore.TryOpen(image, image.Length, out VariableStore store, out _).ShouldBeTrue();

        CrashRecords
            .Read(store)[^1]
            .Flaws.ShouldBe([
                "8 records left out: not names that a kernel reads",
                "1 record left out: its time is after 9999",
            ]);
    }
}
