using System.Text.RegularExpressions;

namespace LamBoot.Package.Tests.Words;

/// <summary>The sources of the man pages.</summary>
internal static partial class ManPage
{
    /// <summary>The file names of the pages.</summary>
    public static string[] Names { get; } =
    [.. Directory.GetFiles(Repository.File("packaging", "man")).Select(System.IO.Path.GetFileName).Order()!];

    public static string Path(string page) => Repository.File("packaging", "man", page);

    /// <summary>The text of a page, with troff's dashes replaced by plain ones and its fonts removed.</summary>
    public static string Text(string page) =>
        Font().Replace(File.ReadAllText(Path(page)), "").Replace("\\-", "-", StringComparison.Ordinal);

    /// <summary>The blocks in the EXAMPLES section, as typed by a user.</summary>
    public static string[] Examples(string page)
    {
        string section = Text(page).Split(".SH EXAMPLES\n")[1].Split("\n.SH ")[0];
        return
        [
            .. Block()
                .Matches(section)
                .Select(match => match.Groups[1].Value.Replace("\\e", "\\", StringComparison.Ordinal)),
        ];
    }

    [GeneratedRegex("\\\\f[BIR]")]
    private static partial Regex Font();

    [GeneratedRegex("\\.nf\n(.*?)\\.fi\n", RegexOptions.Singleline)]
    private static partial Regex Block();
}
