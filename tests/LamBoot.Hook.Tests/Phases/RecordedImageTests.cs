namespace LamBoot.Hook.Tests.Phases;

/// <summary>An image that has not changed since it was recorded is not read again; any other is.</summary>
public sealed class RecordedImageTests
{
    /// <summary>With the log gone, a store that is read is recorded again, which tells whether it was read.</summary>
    [Fact]
    public void An_image_that_is_as_it_was_when_it_was_recorded_is_not_read_again()
    {
        using HostTree tree = new();
        tree.AddVm(100, "confirmed-4m");
        File.SetLastWriteTimeUtc(tree.ImagePath(100), DateTime.UtcNow.AddHours(-1));
        tree.Phase(100, "pre-start");
        tree.Phase(100, "post-stop");
        File.Delete(tree.Log);

        tree.Phase(100, "pre-start").Output.ShouldNotContain("previous boot");
        File.Exists(tree.Log).ShouldBeFalse();

        DateTime modified = File.GetLastWriteTimeUtc(tree.ImagePath(100));
        CorpusImage.Get("crash-255").WriteTo(tree.ImagePath(100));
        File.SetLastWriteTimeUtc(tree.ImagePath(100), modified); // as rsync would; the change time cannot be set
        tree.Phase(100, "pre-start").Output.ShouldContain("previous boot");
        tree.Records().ShouldBe(["pre-start Booting 255"]);
    }

    [Fact]
    public void An_image_that_was_just_written_is_not_taken_for_known()
    {
        using HostTree tree = new();
        tree.AddVm(100, "confirmed-4m");
        tree.Phase(100, "pre-start");
        File.SetLastWriteTimeUtc(tree.ImagePath(100), DateTime.UtcNow.AddMinutes(1)); // "just now", however long the phase takes to look

        tree.Phase(100, "post-stop");

        File.ReadAllText(tree.Path("/run/lamboot/100.recorded")).ShouldBe("-\n1\n");
    }

    [Theory]
    [InlineData("")]
    [InlineData("0:0 0 0 0.0 0.0")]
    [InlineData(null)]
    public void A_stamp_that_is_none_keeps_no_image_from_being_read(string? stamp)
    {
        using HostTree tree = new();
        tree.AddVm(100, "confirmed-4m");
        File.SetLastWriteTimeUtc(tree.ImagePath(100), DateTime.UtcNow.AddHours(-1));
        tree.Phase(100, "pre-start");
        string recorded = tree.Path("/run/lamboot/100.recorded");
        if (stamp is null)
        {
            File.Delete(recorded);
            Directory.CreateDirectory(recorded);
        }
        else
        {
            File.WriteAllText(recorded, stamp);
        }

        ProgramResult result = tree.Phase(100, "pre-start");

        result.Output.ShouldContain("previous boot");
        result.Error.ShouldBe("");
        result.ExitCode.ShouldBe(0);
    }
}
