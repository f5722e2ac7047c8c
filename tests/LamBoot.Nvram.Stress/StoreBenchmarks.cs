using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using LamBoot.Nvram.Boot;
using LamBoot.Nvram.Layout;
using LamBoot.Nvram.Variables;
using LamBoot.Testing;

namespace LamBoot.Nvram.Stress;

/// <summary>What reading a store costs: time and bytes allocated.</summary>
[MemoryDiagnoser]
[Config(typeof(ShortInProcess))]
public class StoreBenchmarks
{
    private readonly byte[] _usual = CorpusImage.Get("single-00-4m-ok").ReadBytes();
    private readonly byte[] _long = CorpusImage.Get("many-00").ReadBytes();
    private readonly byte[] _hostile = HostileImages.InTransition;

    /// <summary>A 4 MB type's store of 62 entries, the five variables of the usual record.</summary>
    [Benchmark]
    public int OpenAndFindFive()
    {
        VariableStore store = Open(_usual);
        int size = 0;
        foreach (string name in Names)
        {
            size += store.TryFind(name, EfiGuids.LamBoot, out VariableEntry entry) ? entry.Data.Length : 0;
        }

        return size;
    }

    /// <summary>The same, as a boot record.</summary>
    [Benchmark]
    public BootRecord? OpenAndReadRecord() => BootRecord.Read(Open(_usual));

    /// <summary>Every live variable of 62 entries.</summary>
    [Benchmark]
    public int EnumerateUsual() => Enumerate(_usual);

    /// <summary>Every live variable of 890 entries.</summary>
    [Benchmark]
    public int EnumerateLong() => Enumerate(_long);

    /// <summary>The worst image: 1 MiB, 24 thousand variables in deleted transition.</summary>
    [Benchmark]
    public int EnumerateHostile() => Enumerate(_hostile);

    private static readonly string[] Names =
    [
        "LamBootState",
        "LamBootCrashCount",
        "LamBootLastEntry",
        "LamBootTimestamp",
        "LamBootVersion",
    ];

    private static VariableStore Open(byte[] image) =>
        VariableStore.TryOpen(image, image.Length, out VariableStore store, out NvramError error)
            ? store
            : throw new InvalidOperationException(error.ToString());

    private static int Enumerate(byte[] image)
    {
        int count = 0;
        foreach (VariableEntry _ in Open(image).Variables)
        {
            count++;
        }

        return count;
    }

    private sealed class ShortInProcess : ManualConfig
    {
        // In this process: a project made elsewhere would not have this repository's settings.
        public ShortInProcess() => AddJob(Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance));
    }
}
