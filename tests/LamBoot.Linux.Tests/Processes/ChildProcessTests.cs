using System.Text;
using LamBoot.Linux.Files;
using LamBoot.Linux.Libc;
using LamBoot.Linux.Processes;

namespace LamBoot.Linux.Tests.Processes;

/// <summary>Realistic children: shells that print, hang, leave others behind, or die.</summary>
public sealed class ChildProcessTests
{
    private const string Shell = "/bin/sh";

    /// <summary>It ends, and half of its output is not mistaken for all of it.</summary>
    [Fact]
    public void It_is_fed_while_it_prints_and_too_much_is_a_failure()
    {
        string text = string.Concat(Enumerable.Range(0, 40_000).Select(i => $"{i % 10_000:d4}\n"));

        ChildProcess.RunWithInput("cat", Encoding.ASCII.GetBytes(text[..(64 << 10)])).ShouldBe(text[..(64 << 10)]);
        Should
            .Throw<HostException>(() => ChildProcess.RunWithInput("cat", Encoding.ASCII.GetBytes(text)))
            .Message.ShouldBe("cat printed more than 64 KiB, the limit");
    }

    [Fact]
    public void One_that_does_not_read_its_input_is_no_failure() =>
        ChildProcess.RunWithInput("true", new byte[1 << 20]).ShouldBe("");

    [Fact]
    public void Without_input_its_standard_input_is_at_its_end() => ChildProcess.Run("cat").ShouldBe("");

    /// <summary>lvchange may start a daemon that keeps its streams open.</summary>
    [Fact]
    public void What_it_leaves_running_is_not_waited_for() =>
        ChildProcess.Run(Shell, "-c", "sleep 30 & echo done").ShouldBe("done\n");

    [Fact]
    public void One_that_hangs_is_killed_with_all_that_it_started()
    {
        string file = Path.GetTempFileName();
        try
        {
            HostException e = Should.Throw<HostException>(() =>
                ChildProcess.Run(Shell, 1000, ["-c", "sleep 30 & echo $! >\"$0\"; wait", file])
            );

            e.Kind.ShouldBe(HostErrorKind.Timeout);
            e.Message.ShouldBe("/bin/sh did not finish within 1 s");

            string child = File.ReadAllText(file).TrimEnd();
            SpinWait.SpinUntil(() => !IsRunning(child), TimeSpan.FromSeconds(5)).ShouldBeTrue();
        }
        finally
        {
            File.Delete(file);
        }
    }

    /// <summary>The monitor runs for months: one zombie per survey would exhaust its unit's TasksMax.</summary>
    [Fact]
    public void One_that_was_killed_leaves_no_zombie()
    {
        for (int run = 0; run < 3; run++)
        {
            Should
                .Throw<HostException>(() => ChildProcess.Run(Shell, 100, ["-c", "exec sleep 30"]))
                .Kind.ShouldBe(HostErrorKind.Timeout);
        }

        Zombies().ShouldBeEmpty();
    }

    [Fact]
    public void One_that_floods_what_is_dropped_still_ends() =>
        ChildProcess.RunForBytes(Shell, 10, "-c", "head -c 5000000 /dev/zero; echo x >&2").Length.ShouldBe(10);

    [Theory]
    [InlineData("echo one >&2; echo two >&2; exit 3", "/bin/sh exited with 3: one; two")]
    [InlineData("kill -TERM $$", "/bin/sh exited with 143: ")]
    public void A_failure_is_told(string script, string told) =>
        Should.Throw<HostException>(() => ChildProcess.Run(Shell, "-c", script)).Message.ShouldBe(told);

    [Fact]
    public void One_that_is_not_there_is_told() =>
        Should
            .Throw<HostException>(() => ChildProcess.Run("/nowhere/qm"))
            .Message.ShouldBe("cannot run /nowhere/qm: No such file or directory");

    /// <summary>The runtime ignores SIGPIPE, and a phase inherits Proxmox VE's descriptors: neither is passed on.</summary>
    [Fact]
    public void It_has_its_three_streams_and_the_usual_signals()
    {
        using Descriptor inherited = Descriptor.OpenProc("/proc/self/status");
        ChildProcess.Run("ls", "/proc/self/fd").ShouldBe("0\n1\n2\n3\n"); // the last is ls's own
        ulong ignored = Convert.ToUInt64(ChildProcess.Run("grep", "SigIgn", "/proc/self/status")[7..].Trim(), 16);
        (ignored & (1UL << (ProcessCalls.BrokenPipeSignal - 1))).ShouldBe(0UL);
        ChildProcess.Run("grep", "SigBlk", "/proc/self/status").ShouldBe("SigBlk:\t0000000000000000\n");
    }

    [Fact]
    public void Its_memory_is_bounded() =>
        Should
            .Throw<HostException>(() =>
                ChildProcess.RunBounded(
                    Shell,
                    64 << 20,
                    null,
                    "-c",
                    "sleep 0.2; head -c 1000000000 /dev/zero | tail -n 1"
                )
            )
            .Message.ShouldStartWith("/bin/sh exited with ");

    private static string[] Zombies() =>
        [
            .. Directory
                .EnumerateDirectories("/proc")
                .Where(folder => char.IsAsciiDigit(Path.GetFileName(folder)[0]))
                .Select(StatOf)
                .Where(stat =>
                    stat.Contains($"(sleep) Z {Environment.ProcessId} ", StringComparison.Ordinal)
                    || stat.Contains($"(sh) Z {Environment.ProcessId} ", StringComparison.Ordinal)
                ),
        ];

    private static string StatOf(string folder)
    {
        try
        {
            return File.ReadAllText($"{folder}/stat");
        }
        catch (IOException)
        {
            return ""; // it is gone
        }
    }

    private static bool IsRunning(string id) =>
        File.Exists($"/proc/{id}/stat")
        && !File.ReadAllText($"/proc/{id}/stat").Contains(") Z ", StringComparison.Ordinal);
}
