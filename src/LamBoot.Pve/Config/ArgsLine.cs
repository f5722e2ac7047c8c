using System.Text;

namespace LamBoot.Pve.Config;

/// <summary>
/// The value of <c>args:</c> in a configuration: words that Proxmox VE appends to QEMU's command line. Edits preserve every byte of other
/// words: the text has one character per byte (ISO 8859-1), as in <see cref="VmConfig"/>.
/// </summary>
public sealed class ArgsLine
{
    private readonly List<ShellWord>? _words;

    /// <summary>Creates an args line.</summary>
    /// <param name="text">Its value; empty if the configuration has none.</param>
    public ArgsLine(string text)
    {
        Text = text;
        _words = ShellWords.Split(text);
    }

    /// <summary>The value exactly as in the configuration.</summary>
    public string Text { get; }

    /// <summary>The value as text; null if its bytes are not UTF-8.</summary>
    public string? UnicodeText =>
        VmConfig.FromBytesText(Text) is { } text && VmConfig.ToBytesText(text) == Text ? text : null;

    /// <summary>
    /// Why the line cannot be edited, or null. Such a line does not work either: Proxmox VE silently drops all of it, or QEMU does not
    /// start with it.
    /// </summary>
    public string? Fault =>
        _words is null ? "has an unclosed quote, so Proxmox VE ignores all of it"
        : EndsAsSnapshotMark(Text) ? "ends like Proxmox VE's own snapshot mark, so Proxmox VE ignores all of it"
        : EndsInOption(_words) is { } option ? $"ends with an -{option} without a value, so QEMU will not start"
        : null;

    /// <summary>The options that can give the guest a file, in order.</summary>
    /// <exception cref="InvalidOperationException">The line has a <see cref="Fault"/>.</exception>
    public List<QemuOption> Options => Items().ConvertAll(item => item.Option);

    /// <summary>Returns the line with some of its options changed and others appended.</summary>
    /// <param name="change">Returns the new value of an option: null removes it, the same value preserves it byte for byte.</param>
    /// <param name="added">Options to append: the name and the value.</param>
    /// <returns>The line; this one if nothing changes.</returns>
    /// <exception cref="InvalidOperationException">The line has a <see cref="Fault"/>.</exception>
    public ArgsLine Edit(Func<QemuOption, string?> change, List<(string Name, string Value)> added)
    {
        StringBuilder text = new(Text);
        List<Item> items = Items();
        List<string?> changed = items.ConvertAll(item => change(item.Option));
        for (int i = items.Count - 1; i >= 0; i--)
        {
            Item item = items[i];
            if (changed[i] is not { } value)
            {
                Remove(text, item.Word.Start, item.ValueWord.End);
            }
            else if (value != item.Option.Value)
            {
                (int start, int end) = (item.ValueWord.Start, item.ValueWord.End);
                text.Remove(start, end - start).Insert(start, Quote(VmConfig.ToBytesText(value)));
            }
        }

        foreach ((string name, string value) in added)
        {
            text.Append(text.Length == 0 ? "" : " ").Append('-').Append(name).Append(' ');
            text.Append(Quote(VmConfig.ToBytesText(value)));
        }

        string edited = text.ToString();
        return edited == Text ? this : new(edited);
    }

    /// <summary>Removes a part along with the white space before it or, at the start of the line, after it.</summary>
    private static void Remove(StringBuilder text, int start, int end)
    {
        while (start > 0 && ShellWords.IsWhiteSpace(text[start - 1]))
        {
            start--;
        }

        while (start == 0 && end < text.Length && ShellWords.IsWhiteSpace(text[end]))
        {
            end++;
        }

        text.Remove(start, end - start);
    }

    private List<Item> Items()
    {
        List<Item> items = [];
        List<ShellWord> words =
            _words ?? throw new InvalidOperationException("an args line whose quotes are not closed has no words");
        for (int i = 0; i + 1 < words.Count; i++)
        {
            if (QemuOption.NameOf(words[i].Value) is { } name)
            {
                string value = VmConfig.FromBytesText(words[i + 1].Value)!;
                items.Add(new(words[i], words[i + 1], QemuOption.Parse(name, value)));
                i++;
            }
        }

        return items;
    }

    /// <summary>qemu-server, QemuServer.pm, parse_vm_config: <c>snapstate:\s*(prepare|delete)\s*$</c>.</summary>
    private static bool EndsAsSnapshotMark(string text)
    {
        const string Mark = "snapstate:";
        int at = text.LastIndexOf(Mark, StringComparison.Ordinal);
        return at >= 0 && text.AsSpan(at + Mark.Length).Trim() is "prepare" or "delete";
    }

    /// <summary>The option at the end of the line whose value is missing.</summary>
    private static string? EndsInOption(List<ShellWord> words)
    {
        string? last = null;
        for (int i = 0; i < words.Count; i++)
        {
            last = QemuOption.NameOf(words[i].Value);
            i += last is null ? 0 : 1;
            last = i < words.Count ? null : last;
        }

        return last;
    }

    private static string Quote(string word)
    {
        if (word.AsSpan().IndexOfAny(" \t\"'\\") < 0)
        {
            return word;
        }

        string escaped = word.Replace("\\", "\\\\", StringComparison.Ordinal)
            .Replace("\"", "\\\"", StringComparison.Ordinal);
        return $"\"{escaped}\"";
    }

    /// <summary>An option with the words that make it up.</summary>
    private sealed class Item(ShellWord word, ShellWord valueWord, QemuOption option)
    {
        public ShellWord Word => word;
        public ShellWord ValueWord => valueWord;
        public QemuOption Option => option;
    }
}
