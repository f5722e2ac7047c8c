using System.Text.RegularExpressions;

namespace LamBoot.Package.Tests.Words;

/// <summary>The content of the programs' <c>--help</c>, which man pages and completions must match.</summary>
internal static partial class Help
{
    /// <summary>The commands of <c>lamboot-hook</c>.</summary>
    public static string[] Commands { get; } =
    [.. Command().Matches(Of("lamboot-hook").Split("\nCommands:\n")[1]).Select(match => match.Groups[1].Value)];

    /// <summary>The options of a program, or of one of its commands.</summary>
    public static string[] Options(string program, params string[] command) =>
        [.. Option().Matches(Of(program, command).Split("\nOptions:\n")[1]).Select(match => match.Groups[1].Value)];

    private static string Of(string program, params string[] command) =>
        ProgramResult.Run(Repository.File("out", "bin", program), [.. command, "--help"]).Output;

    [GeneratedRegex("^  ([a-z]+)", RegexOptions.Multiline)]
    private static partial Regex Command();

    // Its name with two dashes, which may follow short ones.
    [GeneratedRegex("^  (?:-[?a-z], )*(--[a-z-]+)", RegexOptions.Multiline)]
    private static partial Regex Option();
}
