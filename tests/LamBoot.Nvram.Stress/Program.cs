using System.Globalization;
using BenchmarkDotNet.Running;

namespace LamBoot.Nvram.Stress;

/// <summary><c>fuzz SECONDS [SEED]</c>, <c>programs</c>, <c>replay FILE</c>, or <c>bench</c>.</summary>
internal static class Program
{
    private static int Main(string[] args)
    {
        switch (args)
        {
            case ["fuzz", string seconds]:
                return Fuzzer.Run(TimeSpan.FromSeconds(Number(seconds)), Environment.TickCount);
            case ["fuzz", string seconds, string seed]:
                return Fuzzer.Run(TimeSpan.FromSeconds(Number(seconds)), Number(seed));
            case ["programs"]:
                return HostilePrograms.Run();
            case ["replay", string file]:
                Target.Run(File.ReadAllBytes(file));
                return 0;
            case ["bench"]:
                BenchmarkRunner.Run<StoreBenchmarks>();
                return 0;
            default:
                Console.Error.WriteLine("usage: fuzz SECONDS [SEED] | programs | replay FILE | bench");
                return 2;
        }
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
