using System.IO.Compression;
using System.Text.Json;

namespace LamBoot.Testing.Stores;

/// <summary>A moment in the history of a VM with the real loader, and what really happened; see the README there.</summary>
/// <param name="Image">The name of the store's file.</param>
/// <param name="Truth">The step's truth: <c>vars</c>, <c>record_order</c>, <c>truth</c> and so on.</param>
public sealed record LoaderMoment(string Image, JsonElement Truth)
{
    private static string Folder => Repository.File("tests", "corpus", "loader");

    /// <summary>The moments of every history, in the order of time in each.</summary>
    public static IEnumerable<LoaderMoment> All =>
        Directory.EnumerateFiles(Folder, "*.truth.json").Order(StringComparer.Ordinal).SelectMany(Steps);

    /// <summary>The store's bytes, as it lay on disk.</summary>
    public byte[] ReadBytes()
    {
        using GZipStream gzip = new(File.OpenRead(Path.Combine(Folder, Image)), CompressionMode.Decompress);
        using MemoryStream bytes = new();
        gzip.CopyTo(bytes);
        return bytes.ToArray();
    }

    private static IEnumerable<LoaderMoment> Steps(string path)
    {
        using JsonDocument truth = JsonDocument.Parse(File.ReadAllBytes(path));
        return
        [
            .. truth
                .RootElement.GetProperty("steps")
                .EnumerateArray()
                .Select(step => new LoaderMoment(step.GetProperty("image").GetString()!, step.Clone())),
        ];
    }
}
