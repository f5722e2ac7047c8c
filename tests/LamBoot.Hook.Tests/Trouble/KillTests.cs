using System.Diagnostics;
using System.Text;
using System.Text.Json;

namespace LamBoot.Hook.Tests.Trouble;

/// <summary>SIGKILL at random moments of a phase: everything is either as it was before or as it is afterwards.</summary>
public sealed class KillTests
{
    private const int Kills = 2000;
    private const string Source =
        "{\"vmid\": \"900\", \"hostname\": \"h\", \"written_by\": \"w\", \"written_at\": \"t\", \"tags_at_setup\": []}\n";

    [Fact]
    public void Pre_start_leaves_the_old_configuration_or_the_new()
    {
        using HostTree tree = new();
        using HeldLock held = new(tree, 101);
        tree.Write("/etc/lamboot/fleet.toml", HostTree.FleetToml);
        tree.Write("/var/lib/lamboot/900.json", Source);
        tree.AddVm(101, "confirmed-4m", $"tags: a\nargs: -x 'y z' {HostTree.Args}900.json\n\n[snap]\nargs: -old\n");
        string before = File.ReadAllText(tree.Config(101));
        string after = before.Replace("900.json", "101.json", StringComparison.Ordinal);
        Random random = new(8);
        HashSet<string> seen = [];
        TimeSpan whole = WholeTime(tree, "pre-start");
        for (int kill = 0; kill < Kills; kill++)
        {
            File.WriteAllText(tree.Config(101), before);
            KillAfter(tree, whole * (1.5 * random.NextDouble()), "101", "pre-start");

            string config = File.ReadAllText(tree.Config(101));
            config.ShouldBeOneOf(before, after);
            seen.Add(config);
            Whole(tree, 101);
            Whole(tree, 900);
            if (kill % 20 == 0)
            {
                // As it was left, or as after a rollback.
                AssertNextStartIsRight(tree, random.Next(2) == 0 ? config : before, after);
            }
        }

        seen.Count.ShouldBe(2, "kills came both before and after the edit");
    }

    /// <summary>The next start, whatever the last kill left: pre-start or post-start restores the source's document.</summary>
    private static void AssertNextStartIsRight(HostTree tree, string config, string after)
    {
        File.WriteAllText(tree.Config(101), config);
        ProgramResult start = tree.Phase(101, "pre-start");
        start.ExitCode.ShouldBe(0, start.Error);
        tree.Phase(101, "post-start").ExitCode.ShouldBe(0);
        File.ReadAllText(tree.Config(101)).ShouldBe(after);
        File.ReadAllText(tree.Document(900)).ShouldBe(Source);
        Directory.GetFiles(tree.Path("/etc/pve/qemu-server")).ShouldHaveSingleItem();
        Directory.GetFiles(tree.Path("/var/lib/lamboot")).Length.ShouldBe(2, "no temporary file is left");
    }

    [Fact]
    public void Post_stop_leaves_whole_records()
    {
        using HostTree tree = new();
        tree.AddVm(101, "missing-all"); // one record each time
        Random random = new(9);
        TimeSpan whole = WholeTime(tree, "post-stop");
        for (int kill = 0; kill < Kills / 4; kill++)
        {
            KillAfter(tree, whole * (1.5 * random.NextDouble()), "101", "post-stop");
        }

        tree.Phase(101, "post-stop").ExitCode.ShouldBe(0);
        string[] lines = File.ReadAllLines(tree.Log);
        lines.Length.ShouldBeGreaterThan(1);
        foreach (string line in lines)
        {
            using JsonDocument record = JsonDocument.Parse(line);
        }
    }

    /// <summary>How long the phase takes if nobody kills it, on this machine and under this load.</summary>
    private static TimeSpan WholeTime(HostTree tree, string phase)
    {
        Stopwatch watch = Stopwatch.StartNew();
        tree.Phase(101, phase).ExitCode.ShouldBe(0);
        return watch.Elapsed;
    }

    private static void Whole(HostTree tree, int vmid)
    {
        if (File.Exists(tree.Document(vmid)))
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllText(tree.Document(vmid), Encoding.UTF8));
        }
    }

    private static void KillAfter(HostTree tree, TimeSpan time, params string[] arguments)
    {
        ProcessStartInfo start = new(Repository.File("out", "bin", "lamboot-hook"), arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["LAMBOOT_ROOT"] = tree.Root;
        long end = Stopwatch.GetTimestamp() + (long)(time.TotalSeconds * Stopwatch.Frequency);
        using Process hook = Process.Start(start)!;
        while (Stopwatch.GetTimestamp() < end)
        {
            Thread.SpinWait(20);
        }

        hook.Kill();
        hook.WaitForExit();
    }
}
