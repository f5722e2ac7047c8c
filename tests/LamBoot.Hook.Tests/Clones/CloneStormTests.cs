using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace LamBoot.Hook.Tests.Clones;

/// <summary>
/// 64 clones and their owner start at once on a machine busy with something else, while processes of some of them are killed and
/// <c>/run/lamboot</c> is wiped: every guest reads only its own identity from this very start, and no start is refused.
/// </summary>
public sealed class CloneStormTests
{
    private const int Owner = 900;
    private const int Rounds = 20;
    private const int KilledARound = 8;
    private const int LongestDelay = 1_500;

    private static readonly int[] Clones = [.. Enumerable.Range(101, 64)];

    [Fact]
    public void Each_guest_reads_its_own_identity_whatever_is_killed()
    {
        using HostTree tree = new();
        using Load load = new();
        Random random = new(16);
        for (int round = 0; round < Rounds; round++)
        {
            string fleet = string.Create(CultureInfo.InvariantCulture, $"round-{round}");
            tree.Write("/etc/lamboot/fleet.toml", $"schema_version = 1\n[fleet]\nid = \"{fleet}\"\n");
            tree.AddVm(Owner, more: $"args: {HostTree.Args}{Owner}.json\n");
            foreach (int clone in Clones)
            {
                tree.AddVm(clone, more: $"args: -a {HostTree.Args}{Owner}.json\n");
            }

            if (round == 0)
            {
                VmStart.Run(tree, Owner).ExitCode.ShouldBe(0);
            }

            Storm(tree, fleet, random);

            // Whatever was killed, nothing stays broken.
            AssertIdentity(VmStart.Run(tree, Owner), Owner, fleet);
            VmidOf(File.ReadAllText(tree.Document(Owner))).ShouldBe($"{Owner}");
            Left(tree).ShouldBeEmpty();
        }
    }

    private static void Storm(HostTree tree, string fleet, Random random)
    {
        // The owner's start comes in the middle of the clones' starts.
        int[] vmids = [.. Clones[..32], Owner, .. Clones[32..]];
        List<(int Vmid, Process Starter, Task<ProgramResult> Result)> starts =
        [
            .. vmids.Select(vmid =>
            {
                Process starter = VmStart.Begin(tree, vmid, ":");
                return (vmid, starter, Task.Factory.StartNew(() => ResultOf(starter), TaskCreationOptions.LongRunning));
            }),
        ];
        HashSet<int> killed = Kill(tree, starts, random);
        Task.WaitAll([.. starts.Select(start => start.Result)], TimeSpan.FromMinutes(2)).ShouldBeTrue();
        foreach ((int vmid, Process starter, Task<ProgramResult> result) in starts)
        {
            // A start that lost a process may fail silently; its guest reads its own identity, or none.
            if (!killed.Contains(vmid) || result.Result.Output.Length > 0)
            {
                AssertIdentity(
                    result.Result with
                    {
                        ExitCode = killed.Contains(vmid) ? 0 : result.Result.ExitCode,
                    },
                    vmid,
                    fleet
                );
            }

            starter.Dispose();
        }
    }

    /// <summary>Kills only the starter of some starts, all processes of others, or a hook; meanwhile wipes <c>/run/lamboot</c>.</summary>
    private static HashSet<int> Kill(
        HostTree tree,
        List<(int Vmid, Process Starter, Task<ProgramResult> Result)> starts,
        Random random
    )
    {
        HashSet<int> killed = [];
        for (int kill = 0; kill < KilledARound; kill++)
        {
            Thread.Sleep(random.Next(LongestDelay / KilledARound));
            (int vmid, Process starter, _) = starts[random.Next(starts.Count)];
            if (kill % 3 == 2)
            {
                killed.UnionWith(KillHook(tree));
            }
            else if (!starter.HasExited)
            {
                killed.Add(vmid);
                starter.Kill(entireProcessTree: kill % 3 == 1);
            }

            if (kill == KilledARound / 2 && Directory.Exists(tree.Path("/run/lamboot")))
            {
                ProgramResult.Shell("rm -rf \"$1\"", tree.Path("/run/lamboot"));
            }
        }

        return killed;
    }

    /// <summary>Kills one hook of this tree and returns its VM.</summary>
    private static IEnumerable<int> KillHook(HostTree tree)
    {
        foreach (Process hook in Process.GetProcessesByName("lamboot-hook"))
        {
            try
            {
                string environment = File.ReadAllText($"/proc/{hook.Id}/environ");
                string[] words = File.ReadAllText($"/proc/{hook.Id}/cmdline").Split('\0');
                if (environment.Contains(tree.Root, StringComparison.Ordinal) && words.Length > 1)
                {
                    hook.Kill();
                    return [int.Parse(words[1], CultureInfo.InvariantCulture)];
                }
            }
            catch (Exception e) when (e is IOException or InvalidOperationException)
            {
                // it has ended meanwhile
            }
        }

        return [];
    }

    private static ProgramResult ResultOf(Process starter)
    {
        Task<string> error = starter.StandardError.ReadToEndAsync();
        string output = starter.StandardOutput.ReadToEnd();
        starter.WaitForExit();
        return new(starter.ExitCode, output, error.Result);
    }

    private static void AssertIdentity(ProgramResult start, int vmid, string fleet)
    {
        start.ExitCode.ShouldBe(0, start.Error);
        using JsonDocument document = JsonDocument.Parse(start.Output);
        document.RootElement.GetProperty("vmid").GetString().ShouldBe($"{vmid}", start.Error);
        document.RootElement.GetProperty("fleet_id").GetString().ShouldBe(fleet, start.Error);
    }

    private static string? VmidOf(string document)
    {
        using JsonDocument json = JsonDocument.Parse(document);
        return json.RootElement.GetProperty("vmid").GetString();
    }

    private static string[] Left(HostTree tree) =>
        [
            .. Directory
                .GetFiles(tree.Path("/var/lib/lamboot"))
                .Where(path =>
                    !path.EndsWith(".json", StringComparison.Ordinal)
                    && !path.Contains(".lamboot-", StringComparison.Ordinal)
                ),
        ];

    /// <summary>Other work that keeps the machine busy.</summary>
    private sealed class Load : IDisposable
    {
        private readonly Process[] _busy =
        [
            .. Enumerable
                .Range(0, Environment.ProcessorCount)
                .Select(_ => Process.Start("nice", ["-n", "10", "sh", "-c", "while :; do :; done"])),
        ];

        public void Dispose()
        {
            foreach (Process busy in _busy)
            {
                busy.Kill(entireProcessTree: true);
                busy.Dispose();
            }
        }
    }
}
