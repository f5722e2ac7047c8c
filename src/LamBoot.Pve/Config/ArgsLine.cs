using System.Text;

namespace LamBoot.Pve.Config;

/// <summary>
/// The value of a configuration's <c>args:</c>, with LamBoot's item in it:
/// <c>-fw_cfg name=opt/lamboot/config,file=PATH</c>. QEMU refuses two items of one name, so there is one at most. Editing
/// leaves every other byte alone: the text has a character for each byte (ISO 8859-1), as <see cref="VmConfig"/> has.
/// </summary>
public sealed class ArgsLine
{
    /// <summary>The name under which the guest finds its identity document.</summary>
    public const string ItemName = "opt/lamboot/config";

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
        _words is null ? "has a quote that is not closed: Proxmox VE drops all of it"
        : EndsAsSnapshotMark(Text) ? "ends like Proxmox VE's own mark of a snapshot: it drops all of it"
        : EndsInOption(_words) ? "ends with an -fw_cfg without value: QEMU does not start with it"
        : null;

    /// <summary>The <c>file=</c> of each of our items; null for an item that has none.</summary>
    public IReadOnlyList<string?> Files => [.. Items().Select(item => VmConfig.FromBytesText(item.File))];

    /// <summary>The <c>file=</c> of each of our items in a command line; null for an item that has none.</summary>
    internal static IReadOnlyList<string?> FilesOf(IReadOnlyList<string> arguments)
    {
        List<string?> files = [];
        for (int i = 0; i + 1 < arguments.Count; i++)
        {
            if (IsOption(arguments[i]) && TryReadItem(arguments[++i], out string? file))
            {
                files.Add(file);
            }
        }

        return files;
    }

    /// <summary>The line with exactly one item of ours, which names <paramref name="file"/>.</summary>
    /// <param name="file">The absolute path of the identity document, as QEMU sees it.</param>
    /// <returns>The line; this one where it is so already.</returns>
    /// <exception cref="InvalidOperationException">The line has a <see cref="Fault"/>.</exception>
    public ArgsLine With(string file)
    {
        List<Item> items = [.. Items()];
        string path = VmConfig.ToBytesText(file).Replace(",", ",,", StringComparison.Ordinal);
        string value = Quote($"name={ItemName},file={path}");
        if (items.Count == 0)
        {
            string separator = Text.Length == 0 ? "" : " ";
            return new($"{Text}{separator}-fw_cfg {value}");
        }

        string text = Remove(items[1..]);
        if (VmConfig.FromBytesText(items[0].File) != file)
        {
            ShellWord old = items[0].Value;
            text = string.Concat(text.AsSpan(0, old.Start), value, text.AsSpan(old.End));
        }

        return text == Text ? this : new(text);
    }

    /// <summary>The line without any item of ours.</summary>
    /// <exception cref="InvalidOperationException">The line has a <see cref="Fault"/>.</exception>
    public ArgsLine Without()
    {
        List<Item> items = [.. Items()];
        return items.Count == 0 ? this : new(Remove(items));
    }

    /// <summary>Cuts items out, each with the white space before it (or, at the start of the line, behind it).</summary>
    private string Remove(IReadOnlyList<Item> items)
    {
        StringBuilder text = new(Text);
        foreach (Item item in items.Reverse())
        {
            int start = item.Option.Start;
            int end = item.Value.End;
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

        return text.ToString();
    }

    private IEnumerable<Item> Items()
    {
        List<ShellWord> words =
            _words ?? throw new InvalidOperationException("an args line whose quotes are not closed has no words");
        for (int i = 0; i + 1 < words.Count; i++)
        {
            if (IsOption(words[i].Value))
            {
                if (TryReadItem(words[i + 1].Value, out string? file))
                {
                    yield return new(words[i], words[i + 1], file);
                }

                i++;
            }
        }
    }

    /// <summary>qemu-server, QemuServer.pm, parse_vm_config: <c>snapstate:\s*(prepare|delete)\s*$</c>.</summary>
    private static bool EndsAsSnapshotMark(string text)
    {
        const string Mark = "snapstate:";
        int at = text.LastIndexOf(Mark, StringComparison.Ordinal);
        return at >= 0 && text.AsSpan(at + Mark.Length).Trim() is "prepare" or "delete";
    }

    private static bool EndsInOption(List<ShellWord> words)
    {
        int next = 0;
        while (next < words.Count)
        {
            next += IsOption(words[next].Value) ? 2 : 1;
        }

        return next > words.Count;
    }

    private static bool IsOption(string word) => word is "-fw_cfg" or "--fw_cfg";

    /// <summary>
    /// Reads QEMU's option list (util/qemu-option.c): <c>key=value</c> separated by commas, a comma in a value doubled, the
    /// first key <c>name</c> where it is left out.
    /// </summary>
    private static bool TryReadItem(string options, out string? file)
    {
        string? name = null;
        file = null;
        bool first = true;
        foreach (string option in SplitOptions(options))
        {
            int equals = option.IndexOf('=', StringComparison.Ordinal);
            string key = equals < 0 ? (first ? "name" : option) : option[..equals];
            string value = option[(equals + 1)..];
            first = false;
            if (key == "name")
            {
                name = value;
            }
            else if (key == "file")
            {
                file = value;
            }
        }

        return name == ItemName;
    }

    private static IEnumerable<string> SplitOptions(string options)
    {
        StringBuilder option = new();
        for (int i = 0; i < options.Length; i++)
        {
            if (options[i] != ',')
            {
                option.Append(options[i]);
            }
            else if (i + 1 < options.Length && options[i + 1] == ',')
            {
                option.Append(options[i++]);
            }
            else
            {
                yield return option.ToString();
                option.Clear();
            }
        }

        yield return option.ToString();
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

    private readonly record struct Item(ShellWord Option, ShellWord Value, string? File);
}
