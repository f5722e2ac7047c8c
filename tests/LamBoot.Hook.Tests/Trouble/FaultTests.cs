using LamBoot.Faults;
using LamBoot.Faults.Judging;

namespace LamBoot.Hook.Tests.Trouble;

/// <summary>
/// A part of <c>make faults</c>: whichever system call fails, or at whichever a program is killed, no guest gets another VM's identity,
/// nothing is torn, whatever was not done is reported, and the next start makes everything right again.
/// </summary>
public sealed class FaultTests
{
    [Theory]
    [InlineData("clone pre-start", 600)]
    [InlineData("clone post-start", 300)]
    public void Whatever_fails_in_a_clones_start_its_guest_gets_its_own_identity_or_it_does_not_start(
        string subject,
        int atLeast
    ) => ShouldHold(harness => Plan.Bounded(harness, Subjects.Named(subject)), atLeast);

    [Theory]
    [InlineData("snippet, clone pre-start")]
    [InlineData("snippet, ordinary pre-start")]
    public void Wherever_the_program_is_killed_the_snippet_decides(string subject) =>
        ShouldHold(harness => Plan.Killed(harness, Subjects.Named(subject)), atLeast: 80);

    [Fact]
    public void On_a_host_in_trouble_a_clone_starts_as_itself_or_not_at_all() =>
        ShouldHold(harness => Plan.Conditions(harness, "clone pre-start"), atLeast: Condition.All.Count);

    [Theory]
    [InlineData("ordinary pre-start")]
    [InlineData("ordinary post-stop")]
    [InlineData("attach")]
    [InlineData("detach")]
    [InlineData("enroll")]
    [InlineData("restore")]
    [InlineData("inspect --json")]
    [InlineData("check --json")]
    [InlineData("history --json")]
    [InlineData("survey --json")]
    public void What_was_not_done_is_said_and_nothing_is_torn(string subject) =>
        ShouldHold(harness => Plan.Failing(harness, Subjects.Named(subject)), atLeast: 10);

    private static void ShouldHold(Action<Harness> run, int atLeast)
    {
        Harness harness = new();

        run(harness);

        Finding.Lines(harness.Findings).ShouldBeEmpty();
        harness.Counts.Values.Sum().ShouldBeGreaterThanOrEqualTo(atLeast);
    }
}
