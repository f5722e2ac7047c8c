using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using LamBoot.Testing.Reference;

namespace LamBoot.Package.Tests.Docs;

/// <summary>
/// What a page shows is what is printed: each <c>console</c> block is run, in order, on an example host. Only times, the names of backups
/// (which contain one), and digests of configurations may differ.
/// </summary>
public sealed partial class TranscriptTests
{
    public static TheoryData<string> Pages =>
        [.. Page.Written.Where(name => new Page(name).Blocks.Any(block => IsTranscript(block.Language)))];

    [Theory]
    [MemberData(nameof(Pages))]
    public void A_page_shows_what_is_printed(string name)
    {
        Dictionary<string, HostTree> hosts = [];
        try
        {
            Page page = new(name);
            string printed = Page.Block().Replace(page.Text, match => Run(match, hosts));
            if (Environment.GetEnvironmentVariable(ReferencePage.WriteVariable) is not null)
            {
                File.WriteAllText(page.File, printed);
            }

            File.ReadAllText(page.File).ShouldBe(printed, $"docs/{name}: 'make reference' writes what is printed");
        }
        finally
        {
            foreach (HostTree tree in hosts.Values)
            {
                tree.Dispose();
            }
        }
    }

    private static bool IsTranscript(string language) => language.StartsWith("console", StringComparison.Ordinal);

    /// <summary>A block with the current output; unchanged if only times differ.</summary>
    private static string Run(Match match, Dictionary<string, HostTree> hosts)
    {
        string language = match.Groups[1].Value;
        if (!IsTranscript(language))
        {
            return match.Value;
        }

        if (!hosts.TryGetValue(language, out HostTree? tree))
        {
            hosts[language] = tree = language switch
            {
                "console trouble" => TroubleHost.Create(),
                "console clone" => GuideHost.CreateWithClone(),
                _ => GuideHost.Create(),
            };
        }

        StringBuilder block = new($"```{language}\n");
        foreach (Match command in Command().Matches(match.Groups[2].Value))
        {
            block.Append(command.Value).Append('\n').Append(Output(tree, command.Groups[1].Value));
        }

        return WithTimesOf(match.Value, block.Append("```").ToString());
    }

    /// <summary>What is printed, each line as it stood before where only times differ.</summary>
    private static string WithTimesOf(string before, string printed)
    {
        List<string> lines = [.. before.Split('\n')];
        return string.Join('\n', printed.Split('\n').Select(Kept));

        string Kept(string line)
        {
            Regex pattern = Pattern(line);
            int at = lines.FindIndex(pattern.IsMatch);
            string kept = at < 0 ? line : lines[at];
            if (at >= 0)
            {
                lines.RemoveAt(at);
            }

            return kept;
        }
    }

    private static string Output(HostTree tree, string command)
    {
        ProgramResult result = ProgramResult.Run(
            "/bin/sh",
            ["-c", $"cd \"$1\" && PATH=\"$2:$PATH\" && {command} 2>&1", "sh", tree.Root, Repository.File("out", "bin")],
            ("LAMBOOT_ROOT", tree.Root)
        );
        result.Output.ShouldNotContain("unknown command", Case.Sensitive, command);
        result.ExitCode.ShouldBeOneOf([0, 1]); // 1 is from check, which found something
        return result.Output.Replace(tree.Root, "", StringComparison.Ordinal);
    }

    /// <summary>A pattern that matches a text except for current times.</summary>
    private static Regex Pattern(string printed)
    {
        string pattern = Changing()
            .Replace(
                Regex.Escape(printed),
                match =>
                    match.Groups["time"].Success && !IsNow(match.Value) ? match.Value
                    : match.Groups["time"].Success ? @"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"
                    : match.Groups["digest"].Success ? "[0-9a-f]{40}"
                    : @"\d{8}T\d{6}\.\d{3}Z"
            );
        return new($"^{pattern}$");
    }

    private static bool IsNow(string time) =>
        (DateTimeOffset.UtcNow - DateTimeOffset.Parse(time, CultureInfo.InvariantCulture)).Duration()
        < TimeSpan.FromHours(1);

    [GeneratedRegex(@"^\$ (.*)$", RegexOptions.Multiline)]
    private static partial Regex Command();

    // Within a text escaped for a pattern.
    [GeneratedRegex(
        @"(?<time>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)|(?<digest>\b[0-9a-f]{40}\b)|(?<=\d-)\d{8}T\d{6}\\\.\d{3}Z"
    )]
    private static partial Regex Changing();
}
