namespace LamBoot.Commands.Tests.Rescue;

/// <summary>A state that we set is not a boot of the guest: the hook's log has each boot once, and nothing of ours.</summary>
public sealed class RecordedStateTests
{
    [Theory]
    [InlineData("reset", true)]
    [InlineData("rescue", true)]
    [InlineData("rescue", false)] // the host lost power: post-stop never ran
    public void The_hook_takes_no_state_of_ours_for_a_boot(string command, bool hasStopped)
    {
        using HostTree tree = new HostTree().AddQm();
        tree.AddVm(100, "reboots-00-4m");
        tree.Hook(["attach", "100"]).ExitCode.ShouldBe(0);
        tree.Phase(100, "pre-start").ExitCode.ShouldBe(0);
        CorpusImage.Get("single-00-4m-ok").WriteTo(tree.ImagePath(100));
        if (hasStopped)
        {
            tree.Phase(100, "post-stop").ExitCode.ShouldBe(0);
        }

        ProgramResult done = tree.Hook([command, "100"]);

        done.ShouldBe(new(0, done.Output, ""));
        string[] lines = Lines();
        lines.Count(line => line.Contains("\"last_entry\":\"arch-linux\"", StringComparison.Ordinal)).ShouldBe(1);
        ProgramResult start = tree.Phase(100, "pre-start");
        start.Output.ShouldNotContain("previous boot");
        tree.Phase(100, "post-stop").ExitCode.ShouldBe(0); // a start that failed: the guest wrote nothing
        Lines().ShouldBe(lines);

        string[] Lines() => File.ReadAllLines(tree.Log);
    }

    [Fact]
    public void A_VM_that_no_hook_records_gets_no_record()
    {
        using HostTree tree = new();
        tree.AddVm(100, "single-00-4m-ok");

        tree.Hook(["rescue", "100"]).ExitCode.ShouldBe(0);

        File.Exists(tree.Log).ShouldBeFalse();
        Directory.Exists(tree.Path("/var/lib/lamboot/state")).ShouldBeFalse();
    }
}
