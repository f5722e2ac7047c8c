using System.Text.Json;

namespace LamBoot.Testing.Stores;

/// <summary>A variable store written by real firmware, with what that firmware itself read from it at its next boot.</summary>
/// <param name="Name">The image's name.</param>
/// <param name="IsQcow2">Whether the image is qcow2; otherwise raw.</param>
/// <param name="Truth">The truth: <c>variables</c>, <c>tags</c> and so on.</param>
public sealed record CorpusImage(string Name, bool IsQcow2, JsonElement Truth)
{
    private static string Folder => Repository.File("tests", "corpus");

    private string FileName => Name + (IsQcow2 ? ".qcow2.gz" : ".fd.gz");

    /// <summary>All images of the corpus.</summary>
    public static IEnumerable<CorpusImage> All =>
        Directory
            .EnumerateFiles(Folder, "*.truth.json")
            .Order(StringComparer.Ordinal)
            .Select(path => Get(Path.GetFileName(path).Replace(".truth.json", "", StringComparison.Ordinal)));

    /// <summary>The image with a name.</summary>
    public static CorpusImage Get(string name)
    {
        using JsonDocument truth = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Folder, name + ".truth.json")));
        JsonElement root = truth.RootElement.Clone();
        return new(name, root.GetProperty("format").GetString() == "qcow2", root);
    }

    /// <summary>Whether the truth has a tag.</summary>
    public bool Has(string tag) => Truth.GetProperty("tags").EnumerateArray().Any(t => t.GetString() == tag);

    /// <summary>The raw value that the firmware read from a LamBoot variable, or null.</summary>
    public string? Hex(string variable, string set = "variables")
    {
        JsonElement value = Truth.GetProperty(set).GetProperty(variable);
        return value.ValueKind switch
        {
            JsonValueKind.Null => null,
            JsonValueKind.String => value.GetString(),
            _ => value.GetProperty("hex").GetString(),
        };
    }

    /// <summary>The image's bytes as found on the host.</summary>
    public byte[] ReadBytes() => Gzip.Unpack(Path.Combine(Folder, FileName));

    /// <summary>Writes the image to a file.</summary>
    public void WriteTo(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, ReadBytes());
    }
}

/// <summary>A variable store in which a crashing kernel left its log, with what that kernel itself read from it at its next boot.</summary>
/// <param name="Name">The image's name.</param>
public sealed record CrashImage(string Name)
{
    private const string Suffix = ".fd.gz";

    private static string Folder => Repository.File("tests", "corpus", "crash");

    /// <summary>The names of all images.</summary>
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

    /// <summary>The image's bytes as found on the host.</summary>
    public byte[] ReadBytes() => Unpack(Name + Suffix);

    private static byte[] Unpack(string file) => Gzip.Unpack(Path.Combine(Folder, file));
}

/// <summary>A moment in the history of a VM with the real loader, and what really happened; see the README there.</summary>
/// <param name="Image">The name of the store's file.</param>
/// <param name="Truth">The step's truth: <c>vars</c>, <c>record_order</c>, <c>truth</c> and so on.</param>
public sealed record LoaderMoment(string Image, JsonElement Truth)
{
    private static string Folder => Repository.File("tests", "corpus", "loader");

    /// <summary>The moments of all histories, each in chronological order.</summary>
    public static IEnumerable<LoaderMoment> All =>
        Directory.EnumerateFiles(Folder, "*.truth.json").Order(StringComparer.Ordinal).SelectMany(Steps);

    /// <summary>The store's bytes as on disk.</summary>
    public byte[] ReadBytes() => Gzip.Unpack(Path.Combine(Folder, Image));

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
