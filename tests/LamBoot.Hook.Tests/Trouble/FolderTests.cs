namespace LamBoot.Hook.Tests.Trouble;

/// <summary>Files and folders of ours that cannot be written to, or that others have prepared.</summary>
public sealed class FolderTests
{
    [Fact]
    public void A_log_that_cannot_be_written_is_told_and_the_health_shown()
    {
        using HostTree tree = new();
        tree.AddVm(100, "confirmed-4m");
        Directory.CreateDirectory(tree.Log); // a folder in place of the log

        ProgramResult result = tree.Phase(100, "post-stop");

        result.ExitCode.ShouldBe(0);
        result.Output.ShouldContain("health healthy");
        result.Error.ShouldBe($"lamboot-hook: VM 100: error: cannot open {tree.Log}: Is a directory\n");
    }

    [Fact]
    public void An_identity_that_cannot_be_written_is_told_and_args_left_alone()
    {
        using HostTree tree = new();
        tree.AddVm(100);
        tree.Write("/var/lib/lamboot", "a file where the folder should be");
        string config = File.ReadAllText(tree.Config(100));

        ProgramResult result = tree.Phase(100, "pre-start");

        result.ExitCode.ShouldBe(0);
        result.Error.ShouldStartWith("lamboot-hook: VM 100: error: identity not written: cannot create ");
        result.Error.ShouldEndWith("; the guest gets none\n");
        File.ReadAllText(tree.Config(100)).ShouldBe(config);
    }

    [Theory]
    [InlineData("chmod 777 \"$1\"", "is writable by users other than root")]
    [InlineData("chmod 775 \"$1\"", "is writable by users other than root")]
    [InlineData("chown 12345 \"$1\"", "is writable by users other than root")]
    [InlineData(
        "mkdir \"$1.d\" && rmdir \"$1\" && ln -s \"$1.d\" \"$1\"",
        "is a symbolic link: use the directory itself"
    )]
    public void A_folder_that_others_can_write_is_refused(string spoil, string reason)
    {
        using HostTree tree = new();
        tree.AddVm(100);
        string folder = Path.GetDirectoryName(tree.Document(100))!;
        Directory.CreateDirectory(folder);
        ProgramResult.Shell(spoil, folder).ExitCode.ShouldBe(0);
        string config = File.ReadAllText(tree.Config(100));

        ProgramResult result = tree.Phase(100, "pre-start");

        result.ExitCode.ShouldBe(0);
        result.Error.ShouldContain($"error: identity not written: {folder} {reason}");
        Directory.GetFiles(folder).ShouldBeEmpty();
        File.ReadAllText(tree.Config(100)).ShouldBe(config);
    }

    [Fact]
    public void A_link_where_a_document_should_be_is_replaced_and_not_followed()
    {
        using HostTree tree = new();
        tree.AddVm(100);
        tree.Write("/secret", "secret");
        Directory.CreateDirectory(Path.GetDirectoryName(tree.Document(100))!);
        File.CreateSymbolicLink(tree.Document(100), tree.Path("/secret"));

        tree.Phase(100, "pre-start").ExitCode.ShouldBe(0);

        File.ReadAllText(tree.Path("/secret")).ShouldBe("secret");
        new FileInfo(tree.Document(100)).LinkTarget.ShouldBeNull();
    }
}
