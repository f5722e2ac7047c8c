using System.Globalization;
using System.Text;
using LamBoot.Fleet.Health.Verdicts;
using LamBoot.Fleet.Text;
using LamBoot.Linux;
using LamBoot.Linux.Files;
using LamBoot.Nvram.Boot.Crashes;

namespace LamBoot.Fleet.Crashes;

/// <summary>
/// A crash, from a store or from a file kept on the host. The file holds <c>key: value</c> lines, an empty line, and the text, with
/// everything that the guest wrote escaped.
/// </summary>
/// <param name="Summary">The summary; in a file, its reason is escaped.</param>
/// <param name="Parts">The numbers of the parts that were present.</param>
/// <param name="Flaws">What was missing or inconsistent.</param>
/// <param name="Text">The kernel's text; in a file, escaped except for newlines.</param>
/// <param name="File">The file, as seen by the host; null if the crash comes from a store.</param>
/// <param name="Uuid">The VM's UUID; null in a store, and in a file that does not have it.</param>
public sealed record KeptCrash(
    CrashSummary Summary,
    IReadOnlyList<uint> Parts,
    IReadOnlyList<string> Flaws,
    string Text,
    string? File = null,
    string? Uuid = null
)
{
    /// <summary>The maximum size of a file, in bytes.</summary>
    public const int MaximumSize = 64 << 10;

    private const int MaximumReason = 4 << 10; // in bytes, escaped
    private const int MaximumHead = 8 << 10;
    private const string UuidKey = "uuid";
    private const string Kind = "kind";
    private const string Reason = "reason";
    private const string At = "at";
    private const string Count = "count";
    private const string PartsKey = "parts";
    private const string FlawsKey = "incomplete";
    private const string CutOff = "(the text before this is left out)";

    /// <summary>The kernel's text as escaped lines.</summary>
    public IEnumerable<string> SafeLines => (Summary.IsEscaped ? Text : EscapeLines(Text)).TrimEnd('\n').Split('\n');

    /// <summary>The crash from a store.</summary>
    public static KeptCrash Of(CrashRecord crash) => new(CrashSummary.Of(crash), crash.Parts, crash.Flaws, crash.Text);

    /// <summary>Whether it may be a VM's own, rather than an earlier one's with the same VMID: their UUIDs do not differ.</summary>
    public bool MayBeOf(string? uuid) => Uuid is null || uuid is null || Uuid == uuid;

    /// <summary>The content of a crash's file, as text.</summary>
    internal static string Format(int vmid, string? uuid, CrashRecord crash)
    {
        StringBuilder file = new();
        Add("VM", vmid.ToString(CultureInfo.InvariantCulture));
        Add(UuidKey, uuid);
        Add(Kind, CrashSummary.Word(crash.Kind));
        Add(Reason, crash.Reason is { } reason ? End(SafeText.Escape(reason), MaximumReason) : null);
        Add(At, crash.At is { } at ? UtcText.Format(new DateTimeOffset(at, TimeSpan.Zero)) : null);
        Add(Count, crash.Count == 0 ? null : crash.Count.ToString(CultureInfo.InvariantCulture));
        Add("firmware boot", crash.FirmwareBoot?.ToString(CultureInfo.InvariantCulture));
        Add(PartsKey, crash.Parts.Count == 0 ? null : Join(crash.Parts, 100));
        Add(FlawsKey, crash.Flaws.Count == 0 ? null : string.Join("; ", crash.Flaws));
        file.Length = Math.Min(file.Length, MaximumHead);
        return file.Append('\n').Append(Newest(EscapeLines(crash.Text))).ToString();

        void Add(string key, string? value)
        {
            if (value is not null)
            {
                file.Append(CultureInfo.InvariantCulture, $"{key}: {value}\n");
            }
        }
    }

    /// <summary>Reads a file; null if it is missing or not a crash file.</summary>
    /// <exception cref="HostException">It cannot be read.</exception>
    internal static KeptCrash? Read(string path)
    {
        byte[]? bytes = FileReader.ReadAllOrNull(path, MaximumSize, followLink: false);
        string[] halves = Encoding.UTF8.GetString(bytes ?? []).Split("\n\n", 2);
        Dictionary<string, string> head = [];
        foreach (string line in halves[0].Split('\n'))
        {
            string[] field = line.Split(": ", 2);
            head[field[0]] = field[^1];
        }

        if (halves.Length < 2 || CrashSummary.Parse(head.GetValueOrDefault(Kind)) is not { } kind)
        {
            return null;
        }

        CrashSummary summary = new()
        {
            Kind = kind,
            Reason = head.GetValueOrDefault(Reason),
            IsEscaped = true,
            At = UtcText.Parse(head.GetValueOrDefault(At)),
            Count = int.TryParse(head.GetValueOrDefault(Count), CultureInfo.InvariantCulture, out int count)
                ? count
                : 0,
        };
        string[] flaws = head.TryGetValue(FlawsKey, out string? text) ? text.Split("; ") : [];
        return new(summary, Numbers(head.GetValueOrDefault(PartsKey) ?? ""), flaws, halves[1])
        {
            Uuid = head.GetValueOrDefault(UuidKey),
        };
    }

    private static string Join(IReadOnlyList<uint> numbers, int most)
    {
        List<string> words = [];
        for (int i = 0; i < Math.Min(numbers.Count, most); i++)
        {
            words.Add(numbers[i].ToString(CultureInfo.InvariantCulture));
        }

        return string.Join(' ', words);
    }

    private static uint[] Numbers(string text)
    {
        List<uint> numbers = [];
        foreach (string each in text.Split(' '))
        {
            if (uint.TryParse(each, CultureInfo.InvariantCulture, out uint number))
            {
                numbers.Add(number);
            }
        }

        return numbers.ToArray();
    }

    private static string EscapeLines(string text)
    {
        string[] lines = text.Split('\n');
        for (int i = 0; i < lines.Length; i++)
        {
            lines[i] = SafeText.Escape(lines[i].TrimEnd('\r').Replace('\t', ' '));
        }

        return string.Join('\n', lines);
    }

    /// <summary>The end of a text, as much as fits.</summary>
    private static string Newest(string text)
    {
        int room = MaximumSize - MaximumHead - CutOff.Length - 2;
        if (Encoding.UTF8.GetByteCount(text) <= room)
        {
            return text;
        }

        string end = End(text, room);
        return $"{CutOff}\n{end[(end.IndexOf('\n', StringComparison.Ordinal) + 1)..]}";
    }

    /// <summary>The last bytes of a text, at most this many.</summary>
    private static string End(string text, int bytes)
    {
        byte[] utf8 = Encoding.UTF8.GetBytes(text);
        return utf8.Length <= bytes
            ? text
            : Encoding.UTF8.GetString(utf8.AsSpan(utf8.Length - bytes)).TrimStart('\uFFFD');
    }
}
