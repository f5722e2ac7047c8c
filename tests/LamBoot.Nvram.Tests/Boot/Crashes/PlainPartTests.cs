using LamBoot.Nvram.Boot.Crashes;

namespace LamBoot.Nvram.Tests.Boot.Crashes;

/// <summary>
/// Parts that are not deflated. One that would not deflate fills the kernel's record size and may begin in the middle of a line, so that
/// user-written text is at the start of a line; the kernel fills others with complete lines.
/// </summary>
public sealed class PlainPartTests
{
    private const int RecordSize = 1024;
    private const string Fake = "<0>Kernel panic - not syncing: fake\n";
    private const string Real = "<0>[    1.0] Kernel panic - not syncing: real\n";

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_first_line_of_a_full_one_is_no_kernels(bool isMixed)
    {
        Dump(isMixed, Fill(Fake)).ReadOne().Reason.ShouldBeNull();
        Dump(isMixed, Fill(Fake + Real)).ReadOne().Reason.ShouldBe("real");
        Dump(isMixed, Fill(Real + Fake)).ReadOne().Reason.ShouldBe("fake"); // of two complete lines, the newest
    }

    [Fact]
    public void Neither_is_it_where_all_are_full_and_the_record_size_is_larger()
    {
        string fake = Fill(Fake, 4096);

        CrashRecord crash = new CrashStore()
            .Add(1, Fill("x>", 4096), deflated: false)
            .Add(2, fake, deflated: false)
            .Add(3, Fill("y>", 4096, part: 3), deflated: false)
            .ReadOne();

        crash.Reason.ShouldBeNull();
        crash.Text.ShouldContain("Kernel panic - not syncing: fake");
    }

    [Theory]
    [InlineData(200)]
    [InlineData(RecordSize - 1)]
    public void The_first_line_of_one_that_is_not_full_is(int size)
    {
        Dump(isMixed: false, Fill(Real, size)).ReadOne().Reason.ShouldBe("real");
        Dump(isMixed: true, Fill(Real, size)).ReadOne().Reason.ShouldBe("real");
    }

    [Fact]
    public void One_that_is_smaller_than_another_is_not_full()
    {
        CrashRecord crash = new CrashStore()
            .Add(1, Fill("x>", 4096), deflated: false)
            .Add(2, Fill(Real, 2048), deflated: false)
            .ReadOne();

        crash.Reason.ShouldBe("real");
    }

    [Theory]
    [InlineData("<12>[    0.1] y", null)]
    [InlineData("<12>[    0.1] y\n", "fake")]
    [InlineData("", "fake")]
    public void The_first_line_behind_a_part_that_ends_inside_a_line_is_no_kernels(string before, string? reason)
    {
        CrashStore store = new CrashStore().Add(1, Fake, deflated: false).Add(2, before, deflated: false);

        store.ReadOne().Reason.ShouldBe(reason);
    }

    /// <summary>Since Linux 6.6, the end is cut off.</summary>
    [Fact]
    public void One_that_ends_inside_a_line_says_so()
    {
        CrashRecord crash = new CrashStore().Add(1, Fill("x>" + Real)[..^1] + ">", deflated: false).ReadOne();

        crash.Flaws.ShouldBe(["part 1 is damaged at its end"]);
    }

    /// <summary>A part 2 between others, deflated or not, which are smaller.</summary>
    private static CrashStore Dump(bool isMixed, string plain) =>
        new CrashStore()
            .Add(1, "<4>[    2.0] x\n", deflated: isMixed)
            .Add(2, plain, deflated: false)
            .Add(3, "<4>[    0.1] y\n", deflated: isMixed);

    /// <summary>Lines that, with their header, have exactly that size.</summary>
    private static string Fill(string lines, int size = RecordSize, int part = 2)
    {
        int header = $"Panic#1 Part{part}\n".Length;
        return lines + "<6>" + new string('z', size - header - lines.Length - 4) + "\n";
    }
}
