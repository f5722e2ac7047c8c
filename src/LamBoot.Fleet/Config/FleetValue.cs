using LamBoot.Fleet.Text;
using Tomlyn.Syntax;

namespace LamBoot.Fleet.Config;

/// <summary>Receives a message about a position in fleet.toml.</summary>
internal delegate void FleetReport(SourceSpan at, string message);

/// <summary>
/// A value of fleet.toml being read, with its position. A value that breaks its rule is reported as an error and read as null.
/// </summary>
/// <param name="name">The key's full path.</param>
/// <param name="member">The last part of the path, which is arbitrary in a table of names.</param>
/// <param name="at">The position of the key.</param>
/// <param name="value">The value.</param>
/// <param name="error">Receives errors.</param>
internal readonly ref struct FleetValue(string name, string member, SourceSpan at, ValueSyntax value, FleetReport error)
{
    private const int MaximumQuoted = 80;

    /// <summary>The last part of the key's path.</summary>
    public string Member => member;

    /// <summary>The last part as a VMID.</summary>
    public int? Vmid()
    {
        if (Pve.Config.Vmid.TryParse(member, out int vmid))
        {
            return vmid;
        }

        error(at, Pve.Config.Vmid.Refusal(SafeText.Escape(member)));
        return null;
    }

    /// <summary>A string.</summary>
    /// <param name="expected">What it must be, in words.</param>
    /// <param name="isValid">Whether it is valid.</param>
    /// <param name="isSecret">Whether errors must not show it.</param>
    public string? Text(string expected, Func<string, bool> isValid, bool isSecret = false) =>
        Text(value, expected, isValid, isSecret);

    /// <summary>One of a fixed set of words.</summary>
    public string? Word(params string[] words) => Text(value, Or(words), words.Contains, isSecret: false, words);

    /// <summary>A list of words of a fixed set, with at least one element.</summary>
    public List<string>? Words(params string[] words)
    {
        if (value is ArraySyntax { Items.ChildrenCount: 0 })
        {
            error(value.Span, $"'{name}' is empty: expected at least one of {Or(words)}");
            return null;
        }

        return Texts((Or(words), $"a list of {Or(words)}, at least one"), words.Contains, words);
    }

    /// <summary>A list of strings, with at least one element unless it may be empty.</summary>
    /// <param name="expected">What each element must be, and an example of the list.</param>
    /// <param name="isValid">Whether an element is valid.</param>
    /// <param name="words">The valid words, if they are a fixed set.</param>
    public List<string>? Texts((string One, string List) expected, Func<string, bool> isValid, string[]? words = null)
    {
        if (value is not ArraySyntax array)
        {
            error(value.Span, $"'{name}': expected {expected.List}");
            return null;
        }

        List<string> texts = [];
        foreach (ArrayItemSyntax item in array.Items)
        {
            if (item.Value is { } one && Text(one, expected.One, isValid, isSecret: false, words) is { } text)
            {
                texts.Add(text);
            }
        }

        return texts;
    }

    /// <summary>A whole number.</summary>
    public int? Integer(int minimum, int maximum)
    {
        if (value is IntegerValueSyntax integer && integer.Value >= minimum && integer.Value <= maximum)
        {
            return (int)integer.Value;
        }

        string found = value is IntegerValueSyntax other ? $"{other.Value}" : "not an integer";
        string expected =
            minimum == maximum ? $"{minimum}"
            : maximum == int.MaxValue ? $"{minimum} or more"
            : $"{minimum} to {maximum}";
        error(value.Span, $"'{name}' is {found}: expected {expected}");
        return null;
    }

    /// <summary>true or false.</summary>
    public bool? Boolean()
    {
        if (value is BooleanValueSyntax boolean)
        {
            return boolean.Value;
        }

        error(value.Span, $"'{name}' is not a boolean: expected true or false");
        return null;
    }

    /// <summary>Reports the key's last part as invalid.</summary>
    public void RefuseMember(string expected) =>
        error(at, $"'{SafeText.Escape(name)}' has the name {Quoted(member)}: expected {expected}");

    private string? Text(
        ValueSyntax syntax,
        string expected,
        Func<string, bool> isValid,
        bool isSecret,
        string[]? words = null
    )
    {
        if (syntax is not StringValueSyntax { Value: { } text })
        {
            error(syntax.Span, $"'{name}' is not a string: expected {expected}");
            return null;
        }

        if (!isValid(text))
        {
            string meant =
                words is [_, _, ..] && DidYouMean.Nearest(text, words) is { } word
                    ? $" (did you mean \"{word}\"?)"
                    : "";
            string found = isSecret ? "" : $" is {Quoted(text)}{meant}";
            error(syntax.Span, $"'{name}'{found}: expected {expected}");
            return null;
        }

        return text;
    }

    private static string Or(string[] words) =>
        words.Length == 1 ? $"\"{words[0]}\"" : $"\"{string.Join("\", \"", words.AsSpan(..^1))}\" or \"{words[^1]}\"";

    private static string Quoted(string text) =>
        $"\"{SafeText.Escape(text.Length <= MaximumQuoted ? text : text[..MaximumQuoted] + "…")}\"";
}
