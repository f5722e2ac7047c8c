using System.Text.RegularExpressions;

namespace LamBoot.Package.Tests.Docs;

/// <summary>A fenced block of a page.</summary>
/// <param name="Language">What stands behind the fence.</param>
/// <param name="Text">What is in it.</param>
internal sealed record PageBlock(string Language, string Text);

/// <summary>A page of the documentation.</summary>
/// <param name="name">Its path below docs.</param>
internal sealed partial class Page(string name)
{
    /// <summary>Every page of <c>docs</c>, those of the reference too.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        .. Directory
            .GetFiles(Folder, "*.md", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(Folder, path))
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>The pages that people write.</summary>
    public static IEnumerable<string> Written =>
        All.Where(page => !page.StartsWith("reference/", StringComparison.Ordinal));

    private static string Folder => Repository.File("docs");

    /// <summary>Its path.</summary>
    public string File => Path.Combine(Folder, name);

    /// <summary>What is in it.</summary>
    public string Text { get; } = System.IO.File.ReadAllText(Path.Combine(Folder, name));

    /// <summary>Its fenced blocks.</summary>
    public IEnumerable<PageBlock> Blocks =>
        Block().Matches(Text).Select(match => new PageBlock(match.Groups[1].Value, match.Groups[2].Value));

    /// <summary>The anchors of its headings, as GitHub makes them.</summary>
    public IEnumerable<string> Anchors =>
        Heading()
            .Matches(WithoutBlocks)
            .Select(match => NoAnchor().Replace(match.Groups[1].Value.ToLowerInvariant(), "").Replace(' ', '-'));

    /// <summary>Where its links lead.</summary>
    public IEnumerable<string> Links => Link().Matches(WithoutBlocks).Select(match => match.Groups[1].Value);

    /// <summary>The page without its fenced blocks.</summary>
    public string WithoutBlocks => Block().Replace(Text, "");

    [GeneratedRegex("^```([^\n]*)\n(.*?)^```$", RegexOptions.Singleline | RegexOptions.Multiline)]
    public static partial Regex Block();

    [GeneratedRegex("^#+ (.*)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex("[^a-z0-9 _-]")]
    private static partial Regex NoAnchor();

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();
}
