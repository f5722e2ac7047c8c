using System.Diagnostics;
using System.Globalization;
using LamBoot.Testing;
using LamBoot.Testing.Trees;

namespace LamBoot.Nvram.Stress;

/// <summary>
/// Runs the programs on the hostile images: <c>inspect</c> with everything that it lists, the commands that change a store, and a survey of
/// many beside ordinary VMs. Checks limits on time and memory, and that no neighbor is affected.
/// </summary>
internal static class HostilePrograms
{
    private const int Ordinary = 24;
    private const int Hostile = 16;
    private const int MaximumMegabytes = 256; // of writable memory, including thread stacks

    private static readonly TimeSpan InspectLimit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan SurveyLimit = TimeSpan.FromSeconds(15);
    private const int Vmid = 99_999;
    private static readonly string[][] Commands =
    [
        ["inspect", $"{Vmid}", "--all"],
        ["inspect", $"{Vmid}", "--raw"],
        ["inspect", $"{Vmid}", "--all", "--json"],
        ["inspect", $"{Vmid}", "--all", "--raw", "--json"],
        ["boot", $"{Vmid}"],
        ["boot", $"{Vmid}", "--json"],
        ["boot", $"{Vmid}", "--order", "0001,0000", "--dry-run"],
        ["boot", $"{Vmid}", "--remove", "0001"],
        ["reset", $"{Vmid}", "--crash"],
        ["rescue", $"{Vmid}"],
    ];

    /// <summary>Runs them.</summary>
    /// <returns>The exit code: 0, or 1 if a limit was exceeded.</returns>
    public static int Run()
    {
        TimeSpan longest = TimeSpan.Zero;
        List<string> broken = [];
        using HostTree tree = new();
        tree.AddVm(Vmid, "confirmed-4m");
        foreach ((string name, byte[] image) in HostileImages.All)
        {
            foreach (string[] command in Commands)
            {
                File.WriteAllBytes(tree.ImagePath(Vmid), image);
                TimeSpan took = Time(() => Bounded(tree, "lamboot-hook", command), out ProgramResult result);
                longest = took > longest ? took : longest;
                string what = $"{name}: {string.Join(' ', command)}";
                Require(result.ExitCode is 0 or 1, $"{what}: exit {result.ExitCode}");
                Require(!result.Error.Contains("memory", StringComparison.Ordinal), $"{what}: {result.Error}");
                Require(!result.Error.Contains("internal", StringComparison.Ordinal), $"{what}: {result.Error}");
                Require(!(result.Output + result.Error).Any(IsDangerous), $"{what}: prints what acts on a terminal");
                Require(took < InspectLimit, $"{what}: {took}");
            }
        }

        File.Delete(tree.Config(Vmid));
        TimeSpan survey = Survey();
        broken.ForEach(Console.Error.WriteLine);
        Console.WriteLine(
            $"programs: a command {longest.TotalSeconds:f1} s at most, a survey of {Hostile} hostile VMs and {Ordinary} others "
                + $"{survey.TotalSeconds:f1} s, within {MaximumMegabytes} MiB each, {broken.Count} failed"
        );
        return broken.Count == 0 ? 0 : 1;

        TimeSpan Survey()
        {
            (string Name, byte[] Image)[] images = [.. HostileImages.All];
            for (int vm = 0; vm < Ordinary + Hostile; vm++)
            {
                bool isHostile = vm < Hostile;
                tree.AddVm(100 + vm, isHostile ? null : "confirmed-4m");
                if (isHostile)
                {
                    Directory.CreateDirectory(Path.GetDirectoryName(tree.ImagePath(100 + vm))!);
                    File.WriteAllBytes(tree.ImagePath(100 + vm), images[vm % images.Length].Image);
                }
            }

            TimeSpan took = Time(() => Bounded(tree, "lamboot-pve-monitor", ["--all"]), out ProgramResult result);
            Require(took < SurveyLimit, $"{took} for a survey");
            Require(
                result.Output.EndsWith(
                    string.Create(CultureInfo.InvariantCulture, $" {Ordinary} healthy\n"),
                    StringComparison.Ordinal
                ),
                "a neighbour is blinded: " + result.Output
            );
            return took;
        }

        void Require(bool condition, string what)
        {
            if (!condition)
            {
                broken.Add("programs: " + what);
            }
        }
    }

    private static bool IsDangerous(char c) => (char.IsControl(c) && c != '\n') || c is '\u202e' or '\u2028';

    private static TimeSpan Time(Func<ProgramResult> run, out ProgramResult result)
    {
        Stopwatch watch = Stopwatch.StartNew();
        result = run();
        return watch.Elapsed;
    }

    /// <summary>Runs a program with a limit on writable memory (RLIMIT_DATA).</summary>
    private static ProgramResult Bounded(HostTree tree, string program, string[] arguments) =>
        ProgramResult.Run(
            "prlimit",
            [$"--data={(long)MaximumMegabytes << 20}", Repository.File("out", "bin", program), .. arguments],
            ("LAMBOOT_ROOT", tree.Root)
        );
}
