using System.Diagnostics;
using System.Text;
using LamBoot.Linux.Files;

namespace LamBoot.Linux.Tests.Files;

/// <summary>A log line is written completely or not at all, whoever else writes and whatever is killed.</summary>
public sealed class LogAppendTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("one\n", "one\n")]
    [InlineData("one\n{tor", "one\n")]
    [InlineData("{tor", "")]
    [InlineData("one\n{two}", "one\n{two}\n")] // as left by an editor
    [InlineData("{one}", "{one}\n")]
    public void What_a_kill_tore_is_taken_away(string before, string kept)
    {
        using HostTree tree = new();
        tree.Write("/log", before);

        Append(tree.Path("/log"), "{new}");
        Append(tree.Path("/log"), "{more}");

        File.ReadAllText(tree.Path("/log")).ShouldBe(kept + "{new}\n{more}\n");
    }

    [Fact]
    public void Longer_than_any_line_it_stays()
    {
        using HostTree tree = new();
        string longer = "one\n{" + new string('x', LogFile.MaximumLine);
        tree.Write("/log", longer);

        Append(tree.Path("/log"), "{new}");

        File.ReadAllText(tree.Path("/log")).ShouldBe(longer + "\n{new}\n");
    }

    /// <summary>The lock's holder may be in the middle of a line: it is waited for, and after a second nothing is removed.</summary>
    [Fact]
    public void Beside_a_writer_that_hangs_nothing_is_taken_away()
    {
        using HostTree tree = new();
        tree.Write("/log", "{tor");
        ProcessStartInfo start = new("flock", [tree.Path("/log"), "sh", "-c", "echo locked; exec sleep 60"])
        {
            RedirectStandardOutput = true,
        };
        using Process writer = Process.Start(start)!;
        writer.StandardOutput.ReadLine().ShouldBe("locked");

        Append(tree.Path("/log"), "{new}");

        File.ReadAllText(tree.Path("/log")).ShouldBe("{tor\n{new}\n");
        writer.Kill(entireProcessTree: true);
    }

    [Fact]
    public void On_a_disk_that_is_full_no_part_of_a_line_stays()
    {
        using HostTree tree = new();
        string folder = tree.Path("/mnt");
        Directory.CreateDirectory(folder);
        bool isMounted =
            ProgramResult.Run("mount", ["-t", "tmpfs", "-o", "size=8k,mode=755", "tmpfs", folder]).ExitCode == 0;
        Assert.SkipUnless(isMounted, "a tmpfs cannot be mounted here");
        try
        {
            string before = new string(' ', 6000) + "\n"; // part of the next line fits
            tree.Write("/mnt/log", before);

            Should
                .Throw<HostException>(() => Append(folder + "/log", "{" + new string('x', 4000) + "}"))
                .Kind.ShouldBe(HostErrorKind.NoSpace);

            File.ReadAllText(folder + "/log").ShouldBe(before);
        }
        finally
        {
            ProgramResult.Run("umount", [folder]);
        }
    }

    [Fact]
    public void Lines_of_many_writers_are_whole()
    {
        using HostTree tree = new();
        string path = tree.Path("/log");

        Parallel.For(0, 400, i => Append(path, new string((char)('a' + (i % 26)), 500)));

        string[] lines = File.ReadAllLines(path);
        lines.Length.ShouldBe(400);
        lines.ShouldAllBe(line => line.Length == 500 && line.All(c => c == line[0]));
    }

    private static void Append(string path, string line) =>
        LogAppend.AppendLine(path, Encoding.ASCII.GetBytes(line), rest => rest.EndsWith("}"u8));
}
