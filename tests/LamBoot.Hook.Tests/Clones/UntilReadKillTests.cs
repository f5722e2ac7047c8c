using System.Diagnostics;
using static LamBoot.Hook.Tests.Clones.CloneNode;

namespace LamBoot.Hook.Tests.Clones;

/// <summary>
/// The process that waits for QEMU to read the files, killed at any moment, changes nothing: the end of the start restores what was lent.
/// </summary>
public sealed class UntilReadKillTests
{
    private const int Kills = 60;

    [Fact]
    public void Killed_at_any_instant_it_leaves_all_to_the_start_s_end()
    {
        Fanotify.SkipWhereRefused();
        using HostTree tree = Node();
        using HeldLock held = new(tree, 101);
        Random random = new(23);
        int late = 0;
        for (int kill = 0; kill < Kills; kill++)
        {
            AddClone(tree, 101);
            tree.Phase(101, "pre-start").ExitCode.ShouldBe(0);
            int watcher = kill % 3 == 0 ? Watchers.Find(tree, 101) : Watchers.Of(tree, 101);
            using Reader qemu = Reader.Qemu(101, "-fw_cfg", $"name=opt/lamboot/config,file={tree.Document(Source)}");
            string read = File.ReadAllText(tree.Document(Source));
            read.ShouldContain("\"101\"");
            qemu.Read(tree.Document(Source));
            SpinFor(TimeSpan.FromMilliseconds(kill % 4 == 0 ? 0 : 3 * random.NextDouble()));
            if (kill % 6 == 1) // it watched before the read, so it restores the file
            {
                Watchers.WaitUntil(() => File.ReadAllText(tree.Document(Source)) == SourceDocument);
            }

            Kill(watcher);

            string document = File.ReadAllText(tree.Document(Source));
            document.ShouldBeOneOf(read, SourceDocument);
            late += document == SourceDocument ? 1 : 0;
            tree.Phase(101, "post-start").ExitCode.ShouldBe(0);
            AssertGivenBack(tree);
            Leases(tree).ShouldBeEmpty();
        }

        late.ShouldBeInRange(1, Kills - 1, "kills came both before and after it was given back");
    }

    /// <summary>Otherwise, whatever ignores them above Proxmox VE, its own time limit (SIGALRM) would not end it.</summary>
    [Fact]
    public void It_ignores_no_signal_that_would_end_it()
    {
        Fanotify.SkipWhereRefused();
        using HostTree tree = Node();
        AddClone(tree, 101);
        using HeldLock held = new(tree, 101);
        ProgramResult
            .Run(
                "sh",
                [
                    "-c",
                    "trap '' ALRM TERM HUP INT; \"$@\"",
                    "sh",
                    Repository.File("out", "bin", "lamboot-hook"),
                    "101",
                    "pre-start",
                ],
                ("LAMBOOT_ROOT", tree.Root)
            )
            .ExitCode.ShouldBe(0);

        string status = Watchers.ReadProc(Watchers.Of(tree, 101), "status");

        ulong ignored = Convert.ToUInt64(status.Split("SigIgn:\t")[1].Split('\n')[0], 16);
        const ulong Ending = 1 << 0 | 1 << 1 | 1 << 13 | 1 << 14;
        (ignored & Ending).ShouldBe(0UL);
        tree.Phase(101, "post-start").ExitCode.ShouldBe(0);
    }

    private static void SpinFor(TimeSpan time)
    {
        long end = Stopwatch.GetTimestamp() + (long)(time.TotalSeconds * Stopwatch.Frequency);
        while (Stopwatch.GetTimestamp() < end) { }
    }

    /// <summary>Kills the process. It is not our child, so its end can only be observed.</summary>
    private static void Kill(int watcher)
    {
        try
        {
            using Process process = Process.GetProcessById(watcher);
            process.Kill(); // at once: a shell that calls kill(1) takes longer to start than the process lives
        }
        catch (ArgumentException)
        {
            // it has ended already
        }

        Watchers.WaitUntil(() => Watchers.HasEnded(watcher));
    }
}
