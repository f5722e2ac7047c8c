using System.Globalization;
using LamBoot.Fleet.Text;

namespace LamBoot.Fleet.Tests.Text;

/// <summary>No byte from a guest acts on a terminal.</summary>
public sealed class SafeTextTests
{
    [Theory]
    [InlineData("debian-6.12.1", "debian-6.12.1")]
    [InlineData("größe 系统 😀", "größe 系统 😀")]
    [InlineData("\u001b[31m\u0007", @"\u{1b}[31m\u{7}")]
    [InlineData("a\nb\r\tc\u0000", @"a\u{a}b\u{d}\u{9}c\u{0}")]
    [InlineData("\u009b31m", @"\u{9b}31m")]
    [InlineData("a\u202eb\u2066c\u200f", @"a\u{202e}b\u{2066}c\u{200f}")]
    [InlineData("\u2028\u2029\ufeff\u200b", @"\u{2028}\u{2029}\u{feff}\u{200b}")]
    [InlineData(@"\u{1b}", @"\\u{1b}")]
    public void Escapes(string text, string safe) => SafeText.Escape(text).ShouldBe(safe);

    [Fact]
    public void Half_a_surrogate_pair_is_replaced() => SafeText.Escape("\ud800x").ShouldBe("\ufffdx");

    [Fact]
    public void No_character_gets_through_that_is_not_printable()
    {
        for (int i = 0; i <= 0xffff; i++)
        {
            string safe = SafeText.Escape(((char)i).ToString());
            if (safe.Any(c => char.IsControl(c) || char.GetUnicodeCategory(c) == UnicodeCategory.Format))
            {
                Assert.Fail($"U+{i:x4}");
            }
        }
    }

    /// <summary>JSON is escaped exactly as by the library's default, for every possible character, valid or not.</summary>
    [Fact]
    public void JSON_is_escaped_as_by_default()
    {
        for (int scalar = 0; scalar <= 0x10ffff; scalar++)
        {
            string text = scalar is >= 0xd800 and <= 0xdfff
                ? $"a{(char)scalar}z"
                : $"a{char.ConvertFromUtf32(scalar)}z";

            byte[] json = FleetJson.Write(writer => writer.WriteStringValue(text));

            System.Text.Json.JsonEncodedText expected = System.Text.Json.JsonEncodedText.Encode(
                scalar is >= 0xd800 and <= 0xdfff ? "a\ufffdz" : text
            );
            if (!json.AsSpan(1, json.Length - 2).SequenceEqual(expected.EncodedUtf8Bytes))
            {
                System.Text.Encoding.UTF8.GetString(json).ShouldBe($"\"{expected}\"", $"U+{scalar:X4}");
            }
        }
    }
}
