using System.Text;

namespace LamBoot.Pve.Config;

/// <summary>
/// The value of a configuration's <c>args:</c>, words that Proxmox VE appends to QEMU's command line. Editing leaves every byte of other
/// words alone: the text has a character for each byte (ISO 8859-1), as <see cref="VmConfig"/> has.
/// </summary>
public sealed class ArgsLine
{
    private readonly List<ShellWord>? _words;

    /// <summary>An args line.</summary>
    /// <param name="text">Its value; empty where the configuration has none.</param>
    public ArgsLine(string text)
    {
        Text = text;
        _words = ShellWords.Split(text);
    }

    /// <summary>The value as it stands in the configuration.</summary>
    public string Text { get; }

    /// <summary>The value as text; null where its bytes are not UTF-8.</summary>
    public string? UnicodeText =>
        VmConfig.FromBytesText(Text) is { } text && VmConfig.ToBytesText(text) == Text ? text : null;

    /// <summary>
    /// Why the line cannot be edited, or null. It is of no use as it is either: Proxmox VE drops it, all of it, in silence, or QEMU
    /// does not start with it.
    /// </summary>
    public string? Fault =>
        _words is null ? "has an unclosed quote, so Proxmox VE ignores all of it"
        : EndsAsSnapshotMark(Text) ? "ends like Proxmox VE's own snapshot mark, so Proxmox VE ignores all of it"
        : EndsInOption(_words) is { } option ? $"ends with an -{option} without a value, so QEMU will not start"
        : null;

    /// <summary>The options that can give the guest a file, in order.</summary>
    /// <exception cref="InvalidOperationException">The line has a <see cref="Fault"/>.</exception>
    public List<QemuOption> Options => Items().ConvertAll(item => item.Option);

    /// <summary>The line with some of its options changed, and others behind it.</summary>
    /// <param name="change">What an option's value becomes: null removes it, the same leaves it byte for byte.</param>
    /// <param name="added">Options to add: the name and the value.</param>
    /// <returns>The line; this one where nothing changes.</returns>
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

    /// <summary>Cuts a part out with the white space before it (or, at the start of the line, behind it).</summary>
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

    /// <summary>The option that the line ends with, its value missing.</summary>
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

    /// <summary>An option with the words that it stands in.</summary>
    private sealed class Item(ShellWord word, ShellWord valueWord, QemuOption option)
    {
        public ShellWord Word => word;
        public ShellWord ValueWord => valueWord;
        public QemuOption Option => option;
    }
}
