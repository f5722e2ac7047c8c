using System.Text;
using LamBoot.Pve.Config;

namespace LamBoot.Pve.Tests.Config;

/// <summary>Args lines are split as Proxmox VE splits them: with Perl's shellwords.</summary>
public sealed class ShellWordsTests
{
    private const string PerlSplit = """
        use Text::ParseWords;
        $/ = "\0";
        while (my $line = <STDIN>) {
            chomp $line;
            print join("\x01", map { "<$_>" } shellwords($line)), "\0";
        }
        """;

    [Theory]
    [InlineData("", "")]
    [InlineData("a b", "<a> <b>")]
    [InlineData("  a\t b ", "<a> <b>")]
    [InlineData("'a b' \"c d\"", "<a b> <c d>")]
    [InlineData("a'b c'd", "<ab cd>")]
    [InlineData("'' \"\"", "<> <>")]
    [InlineData(@"a\ b \' \""", @"<a b> <'> <"">")]
    [InlineData(@"'a\b' 'it\'s'", @"<a\b> <it\'s>")]
    [InlineData(@"""a\""b\n""", @"<a""bn>")]
    public void Splits(string line, string words) =>
        string.Join(' ', ShellWords.Split(line).ShouldNotBeNull().Select(word => $"<{word.Value}>")).ShouldBe(words);

    [Theory]
    [InlineData("a 'b")]
    [InlineData("a \"b")]
    [InlineData(@"a\")]
    [InlineData(@"'a\'")]
    [InlineData("it's")]
    public void A_quote_that_is_not_closed_makes_the_line_nothing(string line) => ShellWords.Split(line).ShouldBeNull();

    [Fact]
    public void Agrees_with_perl()
    {
        Random random = new(3);
        string[] lines = [.. Enumerable.Range(0, 20_000).Select(_ => RandomLine(random))];
        string input = Path.GetTempFileName();
        File.WriteAllText(input, string.Concat(lines.Select(line => line + "\0")), Encoding.Latin1);
        ProgramResult perl = ProgramResult.Shell("exec perl -e \"$1\" < \"$2\"", PerlSplit, input);
        File.Delete(input);
        string[] expected = perl.Output.Split('\0');

        for (int i = 0; i < lines.Length; i++)
        {
            List<ShellWord>? words = ShellWords.Split(lines[i]);
            string.Join('\x01', (words ?? []).Select(word => $"<{word.Value}>")).ShouldBe(expected[i], $"[{lines[i]}]");
            (words is null).ShouldBe(expected[i].Length == 0 && lines[i].Trim().Length > 0, $"[{lines[i]}]");
        }
    }

    private static string RandomLine(Random random)
    {
        const string Characters = "ab,=-  \t\"\"''\\\\";
        return new([.. Enumerable.Range(0, random.Next(14)).Select(_ => Characters[random.Next(Characters.Length)])]);
    }
}
