using System.Text;
using Shouldly;

namespace LamBoot.Testing.Reference;

/// <summary>
/// A page in <c>docs/reference</c>, generated from a table in the code. Tests compare it with the file; <c>make reference</c> makes them
/// write it.
/// </summary>
public sealed class ReferencePage
{
    /// <summary>The variable that makes tests write pages that differ.</summary>
    public const string WriteVariable = "LAMBOOT_WRITE_DOCS";

    private const int Width = 100;

    private readonly StringBuilder _text = new();

    /// <param name="title">The page's title.</param>
    /// <param name="source">The repository file that contains the table.</param>
    public ReferencePage(string title, string source)
    {
        File.Exists(Repository.File(source)).ShouldBeTrue(source);
        _text.Append($"# {title}\n\n<!-- Made by 'make reference' from {source} -->\n");
    }

    /// <summary>Adds a paragraph.</summary>
    public ReferencePage Paragraph(string text)
    {
        _text.Append($"\n{Wrap(text, "")}");
        return this;
    }

    /// <summary>Adds a line of program output.</summary>
    public ReferencePage Line(string text)
    {
        _text.Append($"\n> {Wrap($"``{text}``", "> ")}");
        return this;
    }

    /// <summary>Adds a heading.</summary>
    /// <param name="text">The heading.</param>
    /// <param name="level">2 for a part of the page, 3 for an entry.</param>
    public ReferencePage Heading(string text, int level = 2)
    {
        _text.Append($"\n{new string('#', level)} {text}\n");
        return this;
    }

    /// <summary>Adds a list, wrapping each item.</summary>
    public ReferencePage List(IEnumerable<string> items)
    {
        _text.Append('\n');
        foreach (string item in items)
        {
            _text.Append($"- {Wrap(item, "  ")}");
        }

        return this;
    }

    /// <summary>Compares the page with the file, or writes it.</summary>
    public void ShouldBePage(string name)
    {
        string path = Repository.File("docs", "reference", name);
        if (Environment.GetEnvironmentVariable(WriteVariable) is not null)
        {
            File.WriteAllText(path, _text.ToString());
        }

        string there = File.Exists(path) ? File.ReadAllText(path) : "";
        there.ShouldBe(
            _text.ToString(),
            $"docs/reference/{name} is not what the code says: 'make reference' writes it"
        );
    }

    private static string Wrap(string text, string indent)
    {
        StringBuilder wrapped = new();
        int column = indent.Length;
        foreach (string word in text.Split(' '))
        {
            if (column > indent.Length && column + 1 + word.Length > Width && !IsMark(word))
            {
                wrapped.Append($"\n{indent}");
                column = indent.Length;
            }
            else if (column > indent.Length)
            {
                wrapped.Append(' ');
                column++;
            }

            wrapped.Append(word);
            column += word.Length;
        }

        return wrapped.Append('\n').ToString();
    }

    /// <summary>Whether a word at the beginning of a line would change the line's meaning.</summary>
    private static bool IsMark(string word) => word is "-" or "+" or "*" or "#" or ">" or "1.";
}
