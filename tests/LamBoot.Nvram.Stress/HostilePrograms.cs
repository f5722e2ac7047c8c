using System.Diagnostics;
using System.Globalization;
using LamBoot.Testing;
using LamBoot.Testing.Trees;

namespace LamBoot.Nvram.Stress;

/// <summary>
/// The programs on the images that hurt: <c>inspect</c> of each, with all that it lists, and a survey of many beside ordinary VMs.
/// Bounds on time and memory, and no neighbour blinded.
/// </summary>
internal static class HostilePrograms
{
    private const int Ordinary = 24;
    private const int Hostile = 16;
    private const int MaximumMegabytes = 256; // of memory that is written to, their threads' stacks too

    private static readonly TimeSpan InspectLimit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan SurveyLimit = TimeSpan.FromSeconds(15);
    private static readonly string[][] Lists =
    [
        ["--all"],
        ["--raw"],
        ["--all", "--json"],
        ["--all", "--raw", "--json"],
    ];

    /// <summary>Runs them.</summary>
    /// <returns>The exit code: 0, or 1 where a bound was broken.</returns>
    public static int Run()
    {
        TimeSpan longest = TimeSpan.Zero;
        List<string> broken = [];
        using HostTree tree = new();
        string path = tree.Path("/hostile.fd");
        foreach ((string name, byte[] image) in HostileImages.All)
        {
            File.WriteAllBytes(path, image);
            foreach (string[] list in Lists)
            {
                TimeSpan took = Time(
                    () => Bounded(tree, "lamboot-hook", ["inspect", "--vars", path, .. list]),
                    out ProgramResult result
                );
                longest = took > longest ? took : longest;
                Require(result.ExitCode is 0 or 1, $"{name}: exit {result.ExitCode} of {string.Join(' ', list)}");
                Require(!result.Error.Contains("memory", StringComparison.Ordinal), $"{name}: {result.Error}");
                Require(took < InspectLimit, $"{name}: {took} for {string.Join(' ', list)}");
            }
        }

        TimeSpan survey = Survey();
        broken.ForEach(Console.Error.WriteLine);
        Console.WriteLine(
            $"programs: inspect {longest.TotalSeconds:f1} s at most, a survey of {Hostile} hostile VMs and {Ordinary} others "
                + $"{survey.TotalSeconds:f1} s, within {MaximumMegabytes} MiB each, {broken.Count} failed"
        );
        return broken.Count == 0 ? 0 : 1;

        TimeSpan Survey()
        {
            (string Name, byte[] Image)[] images = [.. HostileImages.All];
            for (int vm = 0; vm < Ordinary + Hostile; vm++)
            {
                bool isHostile = vm < Hostile;
                tree.AddVm(100 + vm, isHostile ? null : "single-00-4m-ok");
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

    private static TimeSpan Time(Func<ProgramResult> run, out ProgramResult result)
    {
        Stopwatch watch = Stopwatch.StartNew();
        result = run();
        return watch.Elapsed;
    }

    /// <summary>Runs a program with so much memory to write to and no more (RLIMIT_DATA).</summary>
    private static ProgramResult Bounded(HostTree tree, string program, string[] arguments) =>
        ProgramResult.Run(
            "prlimit",
            [$"--data={(long)MaximumMegabytes << 20}", Repository.File("out", "bin", program), .. arguments],
            ("LAMBOOT_ROOT", tree.Root)
        );
}
