using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using LamBoot.Nvram.Boot;
using LamBoot.Nvram.Boot.Crashes;
using LamBoot.Nvram.Boot.Entries;
using LamBoot.Nvram.Layout;
using LamBoot.Nvram.Variables;
using LamBoot.Testing.Stores;
using Microsoft.Win32.SafeHandles;

namespace LamBoot.Nvram.Stress;

/// <summary>The cost of reading a store: time and bytes allocated.</summary>
[MemoryDiagnoser]
[Config(typeof(ShortInProcess))]
public class StoreBenchmarks
{
    private readonly byte[] _usual = CorpusImage.Get("single-00-4m-ok").ReadBytes();
    private readonly byte[] _long = CorpusImage.Get("many-00").ReadBytes();
    private readonly byte[] _hostile = HostileImages.InTransition;
    private readonly byte[] _crashed = new CrashImage("k6.12-reset-loop").ReadBytes();
    private readonly string _usualFile = Write("single-00-4m-ok");
    private readonly string _longFile = Write("many-00");

    /// <summary>A file of the 4 MB type with a 17 KiB list, as far as it is read.</summary>
    [Benchmark]
    public long ReadUsual() => ReadFile(_usualFile);

    /// <summary>A file with a 103 KiB list.</summary>
    [Benchmark]
    public long ReadLong() => ReadFile(_longFile);

    /// <summary>A store of the 4 MB type with 62 entries: the five variables of the usual record.</summary>
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

    /// <summary>Crash records where there are none, with 62 entries.</summary>
    [Benchmark]
    public int ReadNoCrash() => CrashRecords.Read(Open(_usual)).Count;

    /// <summary>Three dumps of 15 parts each.</summary>
    [Benchmark]
    public int ReadCrashes() => CrashRecords.Read(Open(_crashed)).Count;

    /// <summary>Boot entries, with 62 entries.</summary>
    [Benchmark]
    public int ReadBootEntries() => BootEntries.Read(Open(_usual)).Entries.Count;

    /// <summary>All live variables, with 62 entries.</summary>
    [Benchmark]
    public int EnumerateUsual() => Enumerate(_usual);

    /// <summary>All live variables, with 890 entries.</summary>
    [Benchmark]
    public int EnumerateLong() => Enumerate(_long);

    /// <summary>The worst image: 1 MiB with 24 thousand variables in deleted transition.</summary>
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

    private static string Write(string name)
    {
        string path = Path.Combine(Path.GetTempPath(), name + ".fd");
        File.WriteAllBytes(path, CorpusImage.Get(name).ReadBytes());
        return path;
    }

    private static long ReadFile(string path)
    {
        using SafeFileHandle file = File.OpenHandle(path);
        return StoreImage
            .Read(RandomAccess.GetLength(file), (offset, buffer) => RandomAccess.Read(file, buffer, offset))
            .Bytes.LongLength;
    }

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
        // In this process: a project created elsewhere would not have this repository's settings.
        public ShortInProcess() => AddJob(Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance));
    }
}
