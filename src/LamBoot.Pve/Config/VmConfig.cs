using System.Text;
using LamBoot.Pve.Storage;

namespace LamBoot.Pve.Config;

/// <summary>
/// A VM's configuration (<c>/etc/pve/qemu-server/VMID.conf</c>): its main section, which is everything before the first <c>[section]</c>, and the
/// args in <c>[PENDING]</c>, which replace the main section's at the next stop. Parsed as Proxmox VE does (qemu-server, QemuServer.pm,
/// parse_vm_config); edits preserve every byte outside the args line.
/// </summary>
public sealed class VmConfig
{
    // One character per byte (ISO 8859-1), so that whatever we do not understand is written back unchanged.
    private readonly string _text;

    /// <summary>Creates a configuration.</summary>
    /// <param name="bytes">The file's bytes.</param>
    public VmConfig(ReadOnlySpan<byte> bytes) => _text = Encoding.Latin1.GetString(bytes);

    /// <summary><c>name:</c>, or null.</summary>
    public string? Name => FromBytesText(Get("name"));

    /// <summary>The UUID in <c>smbios1:</c>, or null. A VM keeps it, and the next VM with the same VMID has another.</summary>
    public string? Uuid =>
        Array
            .Find((Get("smbios1") ?? "").Split(','), option => option.StartsWith("uuid=", StringComparison.Ordinal))
            ?[5..]
            is { } text
        && Guid.TryParse(text, out Guid uuid)
            ? uuid.ToString()
            : null;

    /// <summary><c>vmgenid:</c>, or null; 0 means none.</summary>
    public Guid? GenerationId => Guid.TryParse(Get("vmgenid"), out Guid id) ? id : null;

    /// <summary><c>hookscript:</c>, a volume, or null.</summary>
    public string? Hookscript => FromBytesText(Get("hookscript"));

    /// <summary><c>lock:</c> (backup, migrate, …), or null. A locked configuration must not be edited.</summary>
    public string? Lock => FromBytesText(Get("lock"));

    /// <summary>Whether the firmware is OVMF (<c>bios: ovmf</c>).</summary>
    public bool IsOvmf => Get("bios") == "ovmf";

    /// <summary><c>efidisk0:</c>, a property string, or null.</summary>
    public string? EfiDisk => FromBytesText(Get("efidisk0"));

    /// <summary>The volume of <c>efidisk0:</c>, or null.</summary>
    public VolumeId? EfiVolume => EfiDisk is { } drive ? VolumeId.FromDrive(drive) : null;

    /// <summary>
    /// Whether the VM's clock is in local time: <c>localtime:</c>, else a Windows <c>ostype:</c> (qemu-server, QemuServer.pm,
    /// config_to_command).
    /// </summary>
    public bool HasLocalTime => Get("localtime") is { } set ? set == "1" : Get("ostype")?.StartsWith('w') == true;

    /// <summary><c>tags:</c>, in file order.</summary>
    public string[] Tags =>
        FromBytesText(Get("tags"))?.Split([';', ',', ' ', '\t'], StringSplitOptions.RemoveEmptyEntries) ?? [];

    /// <summary><c>args:</c>; empty if there is none.</summary>
    public ArgsLine Args => new(Get("args") ?? "");

    /// <summary><c>args:</c> in <c>[PENDING]</c>, or null if no change to it is pending.</summary>
    public ArgsLine? PendingArgs => Get("args", Section.Pending) is { } args ? new(args) : null;

    /// <summary>The args of each snapshot that has any; a rollback makes them the VM's args again.</summary>
    public IReadOnlyList<(string Snapshot, ArgsLine Args)> SnapshotArgs =>
        [
            .. Lines(Section.Other)
                .Where(line => line.ValueEnd > line.ValueStart && line.KeyIs(_text, "args"))
                .Select(line => (NameOf(line.Header), new ArgsLine(_text[line.ValueStart..line.ValueEnd]))),
        ];

    /// <summary>The args once pending changes take effect, at the VM's next start.</summary>
    public ArgsLine NextArgs => PendingArgs ?? (IsDeletePending("args") ? new("") : Args);

    /// <summary>The keys of the main section with their values: <c>net0</c>, <c>scsi1</c>, … The last of two equal keys counts.</summary>
    public IReadOnlyDictionary<string, string> Options =>
        Lines(Section.Main)
            .Where(line => line.ValueEnd > line.ValueStart && line.ValueStart >= 0)
            .GroupBy(line => _text[line.Start.._text.IndexOf(':', line.Start)])
            .ToDictionary(group => group.Key, group => _text[group.Last().ValueStart..group.Last().ValueEnd]);

    /// <summary><c>template: 1</c>.</summary>
    public bool IsTemplate => Get("template") is { } template && template != "0";

    /// <summary>The digest with which <c>qm set --digest</c> identifies this state of the file: SHA-1 of its bytes.</summary>
    public string Digest() => Sha1.Of(Encoding.Latin1.GetBytes(_text));

    // Perl's \s on bytes.
    private static ReadOnlySpan<char> WhiteSpace => " \t\n\v\f\r";

    /// <summary>Whether any section, including snapshots, contains a text.</summary>
    public bool Mentions(string text) => _text.Contains(ToBytesText(text), StringComparison.Ordinal);

    /// <summary>Whether another configuration is identical, byte for byte.</summary>
    public bool IsSame(VmConfig other) => _text == other._text;

    /// <summary>Returns the configuration's bytes with another args line in the main section.</summary>
    /// <param name="args">The line; an empty one removes <c>args:</c>.</param>
    public byte[] WithArgs(ArgsLine args)
    {
        if (FindLast("args", Section.Main) is { } line)
        {
            return Encoding.Latin1.GetBytes(Replace(line, args));
        }

        int at = InsertionPoint();
        return Encoding.Latin1.GetBytes(args.Text.Length == 0 ? _text : _text.Insert(at, NewLine(at, args)));
    }

    /// <summary>Returns the configuration's bytes with another args line in <c>[PENDING]</c>, if there is one.</summary>
    public byte[] WithPendingArgs(ArgsLine args) =>
        Encoding.Latin1.GetBytes(FindLast("args", Section.Pending) is { } line ? Replace(line, args) : _text);

    private string Replace(Line line, ArgsLine args)
    {
        if (args.Text.Length == 0)
        {
            return _text.Remove(line.Start, line.Next - line.Start);
        }

        // An empty "args:" has its value right after the colon.
        bool isEmpty = line.ValueEnd == line.ValueStart;
        string blank = isEmpty && line.ValueStart == line.Start + "args:".Length ? " " : "";
        return string.Concat(_text.AsSpan(0, line.ValueStart), blank, args.Text, _text.AsSpan(line.ValueEnd));
    }

    /// <summary>A string with one character for each of its UTF-8 bytes.</summary>
    internal static string ToBytesText(string text) => Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(text));

    /// <summary>The string whose UTF-8 bytes are the characters of <paramref name="text"/>.</summary>
    internal static string? FromBytesText(string? text) =>
        text is null ? null : Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(text));

    /// <summary>Whether <c>[PENDING]</c> has <c>delete: args,!tags</c>; the mark means forced.</summary>
    private bool IsDeletePending(string key) =>
        Array.Exists(
            (Get("delete", Section.Pending) ?? "").Split([',', ';', ' ']),
            deleted => deleted.TrimStart('!') == key
        );

    private string? Get(string key, Section section = Section.Main) =>
        FindLast(key, section) is { } line && line.ValueEnd > line.ValueStart
            ? _text[line.ValueStart..line.ValueEnd]
            : null;

    /// <summary>The last line with a key in a section: if a key occurs twice, the last one counts.</summary>
    private Line? FindLast(string key, Section section)
    {
        Line? found = null;
        foreach (Line line in Lines(section))
        {
            if (line.ValueStart >= 0 && line.KeyIs(_text, key))
            {
                found = line;
            }
        }

        return found;
    }

    /// <summary>Where Proxmox VE, which writes keys in order, would put <c>args</c>: before the first key that sorts after it.</summary>
    private int InsertionPoint()
    {
        int end = 0;
        foreach (Line line in Lines(Section.Main))
        {
            if (line.ValueStart >= 0 && string.CompareOrdinal(_text, line.Start, "args:", 0, 5) > 0)
            {
                return line.Start;
            }

            // A blank line before the next section stays there.
            end = _text.AsSpan(line.Start, line.Next - line.Start).Trim(WhiteSpace).IsEmpty ? end : line.Next;
        }

        return end;
    }

    /// <summary>The text between the brackets of a section header.</summary>
    private string NameOf(int header) => FromBytesText(_text[(header + 1).._text.IndexOf(']', header)])!;

    private string NewLine(int at, ArgsLine args)
    {
        string previousEnd = at > 0 && _text[at - 1] != '\n' ? "\n" : "";
        return $"{previousEnd}args: {args.Text}\n";
    }

    private IEnumerable<Line> Lines(Section wanted)
    {
        Section section = Section.Main;
        int header = -1;
        for (int start = 0; start < _text.Length && (wanted != Section.Main || section == Section.Main); )
        {
            int end = _text.IndexOf('\n', start);
            int next = end < 0 ? _text.Length : end + 1;
            ReadOnlySpan<char> content = _text.AsSpan(start, (end < 0 ? next : end) - start).TrimEnd(WhiteSpace);
            if (IsSectionHeader(content))
            {
                header = start;
                section = content.Equals("[PENDING]", StringComparison.OrdinalIgnoreCase)
                    ? Section.Pending
                    : Section.Other;
            }
            else if (section == wanted)
            {
                yield return Parse(header, start, start + content.Length, next);
            }

            start = next;
        }
    }

    /// <summary>Any <c>[…]</c> at the start of a line begins a new section, whether or not Proxmox VE knows it.</summary>
    private static bool IsSectionHeader(ReadOnlySpan<char> line) =>
        line.Length >= 2 && line[0] == '[' && line.IndexOf(']') == line.Length - 1;

    /// <summary>Parses <c>key: value</c>, with an optional blank; comments and other lines have no value.</summary>
    private Line Parse(int header, int start, int end, int next)
    {
        ReadOnlySpan<char> line = _text.AsSpan(start, end - start);
        int colon = line.IndexOf(':');
        if (colon <= 0 || !char.IsAsciiLetterLower(line[0]))
        {
            return new(header, start, next, -1, -1);
        }

        ReadOnlySpan<char> value = line[(colon + 1)..].TrimStart(WhiteSpace);
        return new(header, start, next, end - value.Length, end);
    }

    private enum Section
    {
        Main,
        Pending,
        Other,
    }

    // Header: the start of its section; -1 for the main one.
    private readonly record struct Line(int Header, int Start, int Next, int ValueStart, int ValueEnd)
    {
        public bool KeyIs(string text, string key) =>
            string.CompareOrdinal(text, Start, key, 0, key.Length) == 0
            && Start + key.Length < text.Length
            && text[Start + key.Length] == ':';
    }
}
