namespace LamBoot.Commands.Tests.History;

/// <summary><c>history</c>: which health logs are accepted, and what is reported about others.</summary>
public sealed class HistoryLogTests
{
    [Fact]
    public void History_of_a_log_that_cannot_be_read_is_one_line_and_1()
    {
        using HostTree tree = new();
        Directory.CreateDirectory(tree.Log);

        ProgramResult result = tree.Hook(["history", "100"]);

        result.ExitCode.ShouldBe(1);
        result.Error.ShouldBe(
            $"lamboot-hook: {tree.Log} is not a regular file; move it away and a new one is created\n"
        );
    }

    [Fact]
    public void A_rotated_log_that_cannot_be_read_is_said_and_the_others_are_shown()
    {
        using HostTree tree = new();
        tree.AddVm(100, "confirmed-4m");
        tree.Phase(100, "post-stop").ExitCode.ShouldBe(0);
        tree.Write("/var/log/lamboot/fleet.jsonl.1.gz", "no gzip");

        ProgramResult result = tree.Hook(["history", "100"]);

        result.ExitCode.ShouldBe(1);
        result.Output.ShouldContain("BootedOK");
        result.Error.ShouldStartWith($"lamboot-hook: cannot read all of {tree.Log}.1.gz: ");
        result.Error.Count(c => c == '\n').ShouldBe(1);
    }

    /// <summary>What is missing is said, and what is there is shown.</summary>
    [Theory]
    [InlineData("")]
    [InlineData("--json")]
    [InlineData("--last=9000")]
    public void A_compressed_log_that_was_cut_off_is_not_all_there_is(string option)
    {
        using HostTree tree = new();
        tree.AddVm(100, "confirmed-4m");
        tree.Phase(100, "post-stop").ExitCode.ShouldBe(0);
        string record = File.ReadAllText(tree.Log);
        File.WriteAllLines(
            $"{tree.Log}.2",
            Enumerable
                .Range(0, 3000)
                .Select(i => record.TrimEnd('\n').Replace("post-stop", $"{i * 7919 % 3001}", StringComparison.Ordinal))
        );
        ProgramResult.Shell("gzip \"$1\"; truncate -s -20 \"$1.gz\"", $"{tree.Log}.2").ExitCode.ShouldBe(0);

        ProgramResult result = tree.Hook(["history", "100", .. option.Length == 0 ? [] : (string[])[option]]);

        result.ExitCode.ShouldBe(1);
        result.Error.ShouldBe(
            $"lamboot-hook: cannot read all of {tree.Log}.2.gz: damaged, cut off, or not compressed with gzip\n"
        );
        result.Output.Split("BootedOK").Length.ShouldBeGreaterThan(1000);
    }

    /// <summary>Nothing in place of the log can make reading it hang, or cost more than its size.</summary>
    [Theory]
    [InlineData("mkfifo \"$1\"", 1, "is not a regular file")]
    [InlineData("ln -s /etc/hostname \"$1\"", 1, "is a symbolic link, which is not followed")]
    [InlineData("echo >\"$1\"; chmod 0666 \"$1\"", 1, "is writable by users other than its owner: chmod go-w ")]
    [InlineData("echo >\"$1\"; chown 65534 \"$1\"", 1, "is owned by user 65534, not root: chown root ")]
    [InlineData("echo >\"$1\"; chmod 0777 \"${1%/*}\"", 1, "is writable by users other than its owner: chmod go-w ")]
    [InlineData("truncate -s 300M \"$1\"", 0, ":1: not a health record, skipped")]
    [InlineData("tr '\\0' x </dev/zero | head -c 100M >\"$1\"", 0, ":1: not a health record, skipped")]
    public void History_takes_nothing_else_for_a_log(string script, int exitCode, string told)
    {
        using HostTree tree = new();
        Directory.CreateDirectory(Path.GetDirectoryName(tree.Log)!);
        ProgramResult.Shell(script, tree.Log).ExitCode.ShouldBe(0);
        string hook = Repository.File("out", "bin", "lamboot-hook");
        (string, string)[] environment = [("LAMBOOT_ROOT", tree.Root)];

        // 5 s of CPU time; 400 MB of touched memory, of which the program itself uses 30.
        const string Limits = "ulimit -t 5; ulimit -d 400000; exec \"$0\" \"$@\"";
        ProgramResult all = ProgramResult.Run("/bin/sh", ["-c", Limits, hook, "history", "100"], environment);
        ProgramResult last = ProgramResult.Run(
            "/bin/sh",
            ["-c", Limits, hook, "history", "100", "--last", "5"],
            environment
        );

        all.ExitCode.ShouldBe(exitCode, all.Error);
        all.Error.ShouldContain(told);
        all.Error.Count(c => c == '\n').ShouldBe(1);
        last.ExitCode.ShouldBe(exitCode, last.Error);
    }

    /// <summary>The hook writes no record where it would not read one.</summary>
    [Theory]
    [InlineData("ln -s \"$1.else\" \"$1\"", "is a symbolic link")]
    [InlineData("ln -s . \"$1\"", "is a symbolic link")]
    [InlineData("echo >\"$1.else\"; ln \"$1.else\" \"$1\"", "has another hard link")]
    [InlineData("echo >\"$1\"; chown 65534 \"$1\"", "is owned by user 65534")]
    [InlineData("echo >\"$1\"; chmod 0666 \"$1\"", "is writable by users other than its owner")]
    [InlineData("mkfifo \"$1\"", "is not a regular file")]
    [InlineData("chmod 0777 \"${1%/*}\"", "is writable by users other than root")]
    [InlineData(
        "mv \"${1%/*}\" \"${1%/*}.d\"; ln -s lamboot.d \"${1%/*}\"",
        "is a symbolic link: use the directory itself"
    )]
    public void A_log_that_another_user_could_have_put_there_is_not_written(string script, string told)
    {
        using HostTree tree = new();
        tree.AddVm(100, "confirmed-4m");
        Directory.CreateDirectory(Path.GetDirectoryName(tree.Log)!);
        ProgramResult.Shell(script, tree.Log);
        Dictionary<string, string> before = FilesBelow(tree);

        ProgramResult result = tree.Phase(100, "post-stop");

        result.ExitCode.ShouldBe(0);
        result.Error.ShouldContain(told);
        result.Error.ShouldContain("VM 100: error: ");
        FilesBelow(tree).ShouldBe(before);
    }

    [Fact]
    public void A_log_that_may_not_be_read_is_one_plain_line()
    {
        using HostTree tree = Trees.History();
        File.SetUnixFileMode(tree.Log, UnixFileMode.UserRead);
        File.SetUnixFileMode(tree.Root, (UnixFileMode)0x1ed);

        ProgramResult result = ProgramResult.Run(
            "setpriv",
            [
                "--reuid=65534",
                "--regid=65534",
                "--clear-groups",
                Repository.File("out", "bin", "lamboot-hook"),
                "history",
                "100",
            ],
            ("LAMBOOT_ROOT", tree.Root)
        );

        result.ShouldBe(
            new(1, "VM 100: no health records\n", $"lamboot-hook: cannot open {tree.Log}: Permission denied\n")
        );
    }

    /// <summary>The tree's regular files, without following links, and without what a start may leave.</summary>
    private static Dictionary<string, string> FilesBelow(HostTree tree) =>
        ProgramResult
            .Shell("find \"$1/var/log\" -type f -exec cksum {} +", tree.Root)
            .Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .ToDictionary(line => line);
}
