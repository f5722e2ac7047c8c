using System.IO.Compression;

namespace LamBoot.Package.Tests.Example;

/// <summary>The boots in <c>etc-examples/host</c> are what real programs make of the simulated ones.</summary>
public sealed class ExampleNodeTests
{
    /// <summary>If they differ, the new files are in <c>out/example-host</c>: check them, then copy them over.</summary>
    [Fact]
    public void The_example_host_is_what_its_seed_makes()
    {
        Assert.SkipUnless(SimulatedVm.CanRun, "faketime cannot be installed here");
        using ExampleNode node = new();
        Dictionary<string, byte[]> made = node.Files;
        Dictionary<string, byte[]> there = ExampleNode.FilesOf(Repository.File("etc-examples", "host"));
        string[] differ =
        [
            .. made.Keys.Union(there.Keys).Where(path => !Same(made, there, path)).Order(StringComparer.Ordinal),
        ];
        if (differ.Length > 0)
        {
            Write(made, Repository.File("out", "example-host"));
        }

        differ.ShouldBeEmpty("cp -r out/example-host/. etc-examples/host");
    }

    private static bool Same(Dictionary<string, byte[]> made, Dictionary<string, byte[]> there, string path) =>
        made.TryGetValue(path, out byte[]? a) && there.TryGetValue(path, out byte[]? b) && a.AsSpan().SequenceEqual(b);

    /// <summary>Writes files, with EFI disks and kernel logs packed, as in the repository.</summary>
    private static void Write(Dictionary<string, byte[]> files, string folder)
    {
        foreach ((string path, byte[] bytes) in files)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(folder + path)!);
            bool isPacked = Path.GetExtension(path) is ".raw" or ".txt";
            using Stream file = File.Create(folder + path + (isPacked ? ".gz" : ""));
            using Stream packed = isPacked ? new GZipStream(file, CompressionLevel.SmallestSize) : file;
            packed.Write(bytes);
        }
    }
}
