using LamBoot.Fleet.Health.Verdicts;
using LamBoot.Fleet.Log;
using LamBoot.Linux;

namespace LamBoot.Fleet.Tests.Log;

/// <summary>What the monitor saw in earlier surveys, passed from one process to the next.</summary>
public sealed class BootSamplesTests : IDisposable
{
    private static readonly DateTimeOffset Begin = new(2026, 11, 27, 12, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(10);

    private readonly HostTree _tree = new();

    private HostRoot Root => new(_tree.Root);

    public void Dispose() => _tree.Dispose();

    [Fact]
    public void They_are_read_back()
    {
        BootSamples samples = new();
        samples.Add(100, "u", Look(0, 3), isConfirmed: true, Window);
        samples.Add(100, "u", Look(5, 4), isConfirmed: false, Window);
        samples.Add(101, null, Look(5, uint.MaxValue), isConfirmed: false, Window);
        samples.Save(Root);

        BootSamples read = BootSamples.Read(Root);

        read.Of(100, "u", out bool wasConfirmed).ShouldBe([Look(0, 3), Look(5, 4)]);
        wasConfirmed.ShouldBeTrue();
        read.Of(101, null, out bool wasOther).ShouldBe([Look(5, uint.MaxValue)]);
        wasOther.ShouldBeFalse();
        read.Of(100, "another VM of that VMID", out _).ShouldBeEmpty();
    }

    /// <summary>A clock that was ahead and is right again must not leave a verdict that has not begun yet.</summary>
    [Fact]
    public void A_verdict_is_never_from_the_future()
    {
        BootSamples samples = new();
        samples.Note(100, "u", VerdictKind.Confirmed, Begin.AddDays(30), () => null);

        samples.Note(100, "u", VerdictKind.Confirmed, Begin, () => null).ShouldBe(Begin);
        samples.Note(100, "u", VerdictKind.Confirmed, Begin.AddHours(1), () => null).ShouldBe(Begin);
    }

    [Fact]
    public void Old_looks_go_but_the_first_at_the_count_of_now()
    {
        BootSamples samples = new();
        for (int minute = 0; minute <= 60; minute++)
        {
            samples.Add(100, null, Look(minute, minute < 5 ? 1u : 2u), isConfirmed: false, Window);
        }

        IReadOnlyList<SeenBoots> seen = samples.Of(100, null, out _);

        seen[0].ShouldBe(Look(5, 2));
        seen.Skip(1).ShouldAllBe(look => look.At >= Begin.AddMinutes(50));
    }

    [Fact]
    public void Looks_before_a_store_went_back_in_time_count_no_more()
    {
        BootSamples samples = new();
        samples.Add(100, null, Look(0, 9), isConfirmed: false, Window);
        samples.Add(100, null, Look(1, 4), isConfirmed: false, Window);

        samples.Of(100, null, out _).ShouldBe([Look(1, 4)]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("100\n")]
    [InlineData("x - - up:1 1:2\n")]
    [InlineData("100 - - - 1:2\n")]
    [InlineData("100 - - up:1 1:2 3 :4 5: 99999999999:1 6:-1\n")]
    [InlineData("\0\u00ff\n")]
    public void What_is_damaged_is_left_out(string text)
    {
        _tree.Write("/run/lamboot/monitor-boots", text);

        BootSamples.Read(Root).Of(100, null, out _).Count.ShouldBeLessThan(2);
    }

    [Fact]
    public void A_VM_that_is_gone_is_forgotten()
    {
        BootSamples samples = new();
        samples.Add(100, null, Look(0, 3), isConfirmed: false, Window);
        samples.Add(101, null, Look(0, 3), isConfirmed: false, Window);

        samples.Keep(new HashSet<int> { 101 });

        samples.Of(100, null, out _).ShouldBeEmpty();
        samples.Of(101, null, out _).Count.ShouldBe(1);
    }

    [Fact]
    public void A_verdict_is_told_since_when_it_is()
    {
        BootSamples samples = new();
        Note(samples, VerdictKind.Confirmed, 0).ShouldBeNull();
        Note(samples, VerdictKind.Confirmed, 1).ShouldBe(Begin);
        Note(samples, VerdictKind.Crashed, 2).ShouldBe(Begin.AddMinutes(2));
        samples.Save(Root);

        Note(BootSamples.Read(Root), VerdictKind.Crashed, 9).ShouldBe(Begin.AddMinutes(2));
    }

    [Fact]
    public void The_log_may_have_had_a_verdict_before_the_first_survey()
    {
        BootSamples samples = new();
        Note(samples, VerdictKind.Crashed, 60, logged: 5).ShouldBe(Begin.AddMinutes(5));
        Note(samples, VerdictKind.Crashed, 61, logged: 7).ShouldBe(Begin.AddMinutes(5)); // the log is not asked again
        Note(samples, VerdictKind.Confirmed, 70, logged: 69).ShouldBe(Begin.AddMinutes(69));
        Note(samples, VerdictKind.Crashed, 80, logged: 90).ShouldBe(Begin.AddMinutes(80)); // a clock that was set back
    }

    private static DateTimeOffset? Note(BootSamples samples, VerdictKind verdict, int minute, int? logged = null) =>
        samples.Note(
            100,
            null,
            verdict,
            Begin.AddMinutes(minute),
            () => logged is { } at ? Begin.AddMinutes(at) : null
        );

    private static SeenBoots Look(int minute, uint boots) => new(Begin.AddMinutes(minute), boots);
}
