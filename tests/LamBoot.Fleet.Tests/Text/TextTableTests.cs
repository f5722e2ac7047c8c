using LamBoot.Fleet.Text;

namespace LamBoot.Fleet.Tests.Text;

/// <summary>Columns line up whatever they contain.</summary>
public sealed class TextTableTests
{
    [Theory]
    [InlineData("", 0)]
    [InlineData("debian", 6)]
    [InlineData("é", 1)]
    [InlineData("e\u0301", 1)] // a combining mark
    [InlineData("日本語", 6)]
    [InlineData("ＡＢ", 4)] // full width
    [InlineData("…—→", 3)]
    [InlineData("🐧", 2)]
    [InlineData("\u001b[1;31mcritical\u001b[0m", 8)]
    public void A_text_is_as_wide_as_a_terminal_shows_it(string text, int width) => TextWidth.Of(text).ShouldBe(width);

    [Theory]
    [InlineData("debian", 6, "debian")]
    [InlineData("debian", 5, "debi…")]
    [InlineData("日本語", 6, "日本語")]
    [InlineData("日本語", 5, "日本…")]
    [InlineData("日本語", 4, "日…")] // a second one would not fit
    [InlineData("🐧🐧", 3, "🐧…")]
    [InlineData("日", 1, "…")]
    public void It_is_cut_by_columns(string text, int columns, string cut)
    {
        TextWidth.Cut(text, columns).ShouldBe(cut);
        TextWidth.Of(cut).ShouldBeLessThanOrEqualTo(columns);
    }

    [Theory]
    [InlineData("", 1)]
    [InlineData("12345678", 1)]
    [InlineData("123456789", 2)]
    [InlineData("日本語日本", 2)]
    public void A_line_takes_rows(string line, int rows) => TextWidth.Rows(line, 8).ShouldBe(rows);

    [Fact]
    public void Columns_stand_below_each_other()
    {
        TextTable table = new("A", "B");
        table.Add("日本", "x");
        table.Add("ab", "y");

        string[] lines = [.. table.Lines()];

        lines.ShouldBe(["A     B", "日本  x", "ab    y"]);
    }
}
