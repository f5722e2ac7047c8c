using System.IO.Compression;
using System.Text.Json;

namespace LamBoot.Testing.Stores;

/// <summary>A variable store in which a kernel left its last words, with what that kernel itself read of them at its next boot.</summary>
/// <param name="Name">The image's name.</param>
public sealed record CrashImage(string Name)
{
    private const string Suffix = ".fd.gz";

    private static string Folder => Repository.File("tests", "corpus", "crash");

    /// <summary>The names of every image.</summary>
    public static IEnumerable<string> Names =>
        Directory
            .EnumerateFiles(Folder, "*" + Suffix)
            .Order(StringComparer.Ordinal)
            .Select(path => Path.GetFileName(path)[..^Suffix.Length]);

    /// <summary>The truth: <c>dumps</c>, <c>pstore</c>, <c>reason</c> and so on; see the README there.</summary>
    public JsonElement Truth
    {
        get
        {
            using JsonDocument truth = JsonDocument.Parse(Unpack(Name + ".truth.json.gz"));
            return truth.RootElement.Clone();
        }
    }

    /// <summary>The image's bytes, as the host would find them.</summary>
    public byte[] ReadBytes() => Unpack(Name + Suffix);

    private static byte[] Unpack(string file)
    {
        using GZipStream gzip = new(File.OpenRead(Path.Combine(Folder, file)), CompressionMode.Decompress);
        using MemoryStream bytes = new();
        gzip.CopyTo(bytes);
        return bytes.ToArray();
    }
}
