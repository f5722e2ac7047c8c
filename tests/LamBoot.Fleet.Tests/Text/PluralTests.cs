using LamBoot.Fleet.Text;

namespace LamBoot.Fleet.Tests.Text;

/// <summary>Nouns agree with their number.</summary>
public sealed class PluralTests
{
    [Theory]
    [InlineData(0, "0 errors")]
    [InlineData(1, "1 error")]
    [InlineData(2, "2 errors")]
    [InlineData(4_000_000_000, "4000000000 errors")]
    public void A_noun_agrees(long count, string text) => Plural.Of(count, "error").ShouldBe(text);

    [Fact]
    public void A_noun_of_its_own_plural_agrees()
    {
        Plural.Of(1, "entry", "entries").ShouldBe("1 entry");
        Plural.Of(2, "entry", "entries").ShouldBe("2 entries");
        Plural.Word(1, "is", "are").ShouldBe("is");
        Plural.Word(3, "is", "are").ShouldBe("are");
    }
}
