using System.Globalization;
using System.IO.Compression;
using System.Text;
using LamBoot.Linux;
using LamBoot.Linux.Files;

namespace LamBoot.Fleet.Health;

/// <summary>The health log: a JSON object a line, in the order of time. It only ever grows; logrotate cuts it.</summary>
public static class HealthLog
{
    // The newest record of a VM is mostly among the last; of thousands of VMs' records it is not.
    private const int FirstBlock = 8 << 10;
    private const int NewestLimit = 4 << 20;
    private const string Compressed = ".gz";

    /// <summary>Appends a record.</summary>
    /// <param name="path">The log; it is made where it is missing, its folder too.</param>
    /// <param name="record">The record.</param>
    /// <exception cref="HostException">It cannot be written; the log is as it was.</exception>
    public static void Append(string path, HealthRecord record) => LogFile.AppendLine(path, record.ToJson());

    /// <summary>The log and what logrotate made of it: the newest last. Beside it are <c>.1</c>, <c>.2.gz</c> or <c>-20261127.gz</c>.</summary>
    /// <param name="path">The log, which may be missing.</param>
    /// <exception cref="HostException">Its folder cannot be read.</exception>
    public static IReadOnlyList<string> Files(string path)
    {
        string folder = Path.GetDirectoryName(path)!;
        IEnumerable<string> names = FileQuery.IsFolder(folder) ? HostFolder.Names(folder) : [];
        return
        [
            .. names
                .Select(name => (Name: name, Age: Age(name, Path.GetFileName(path))))
                .Where(file => file.Age is not null)
                .OrderByDescending(file => file.Age)
                .Select(file => $"{folder}/{file.Name}"),
            path,
        ];
    }

    /// <summary>How old a rotated log is beside the others; null for what is none. A number counts up with the age, a date down.</summary>
    private static long? Age(string name, string log)
    {
        if (name.Length <= log.Length + 1 || !name.StartsWith(log, StringComparison.Ordinal))
        {
            return null;
        }

        ReadOnlySpan<char> number = name.AsSpan(log.Length + 1);
        number = number.EndsWith(Compressed, StringComparison.Ordinal) ? number[..^Compressed.Length] : number;
        bool isNumber = long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out long value);
        return (isNumber, name[log.Length]) switch
        {
            (true, '.') => value,
            (true, '-') => long.MaxValue - value,
            _ => null,
        };
    }

    /// <summary>Reads the records of a VM, oldest first, from a log's beginning.</summary>
    /// <param name="path">The log, or a rotated one; a missing one has no records.</param>
    /// <param name="vmid">The VM.</param>
    /// <param name="onBadLine">Called with the number of each line that is no record, such as one cut off by a power cut.</param>
    /// <exception cref="HostException">It cannot be read.</exception>
    public static IReadOnlyList<HealthRecord> Read(string path, int vmid, Action<int> onBadLine)
    {
        try
        {
            using Stream? file = LogFile.OpenOrNull(path);
            return file is null ? []
                : IsCompressed(path) ? Read(new GZipStream(file, CompressionMode.Decompress), vmid, onBadLine)
                : Read(file, vmid, onBadLine);
        }
        catch (InvalidDataException)
        {
            throw new HostException($"cannot read {path}: it is damaged, or not compressed by gzip");
        }
        catch (IOException e)
        {
            throw new HostException($"cannot read {path}: {e.Message}");
        }
    }

    private static List<HealthRecord> Read(Stream log, int vmid, Action<int> onBadLine)
    {
        List<HealthRecord> records = [];
        byte[] key = Key(vmid);
        int number = 0;
        foreach (ReadOnlyMemory<byte>? line in LogFile.ReadLines(log))
        {
            number++;
            ReadOnlySpan<byte> text = line is { } bytes ? bytes.Span : "too long"u8;
            bool isWhole = text is [(byte)'{', .., (byte)'}'];
            if (text.IsEmpty || (isWhole && text.IndexOf(key) < 0))
            {
                continue; // another VM's, so not worth parsing
            }

            if (HealthRecord.Parse(text) is not { } record)
            {
                onBadLine(number);
            }
            else if (record.Vmid == vmid)
            {
                records.Add(record);
            }
        }

        return records;
    }

    /// <summary>Reads the newest records of a VM, oldest first: of a log that is not compressed from its end, as much as it takes.</summary>
    /// <param name="path">The log, or a rotated one; a missing one has no records.</param>
    /// <param name="vmid">The VM.</param>
    /// <param name="count">How many.</param>
    /// <exception cref="HostException">It cannot be read.</exception>
    public static IReadOnlyList<HealthRecord> Last(string path, int vmid, int count)
    {
        if (IsCompressed(path))
        {
            return [.. Read(path, vmid, _ => { }).TakeLast(count)];
        }

        List<HealthRecord> newest = [];
        foreach (ReadOnlyMemory<byte> lines in LogFile.ReadLinesBackwards(path, FirstBlock))
        {
            newest.AddRange(Backwards(lines, vmid).Take(count - newest.Count));
            if (newest.Count == count)
            {
                break;
            }
        }

        newest.Reverse();
        return newest;
    }

    /// <summary>
    /// The newest record of a VM's boots, among the log's last 4 MiB or a little more, which are some ten thousand records. One of
    /// which nothing was read does not count.
    /// </summary>
    /// <param name="path">The log.</param>
    /// <param name="vmid">The VM.</param>
    /// <exception cref="HostException">The log cannot be read.</exception>
    public static HealthRecord? Newest(string path, int vmid)
    {
        foreach (ReadOnlyMemory<byte> lines in LogFile.ReadLinesBackwards(path, FirstBlock, NewestLimit))
        {
            foreach (HealthRecord record in Backwards(lines, vmid))
            {
                if (record.Error is null)
                {
                    return record;
                }
            }
        }

        return null;
    }

    /// <summary>Whether any of a VM's records among the log's last 4 MiB or a little more is of the same boot.</summary>
    /// <param name="path">The log.</param>
    /// <param name="vmid">The VM.</param>
    /// <param name="boot">The boot.</param>
    /// <exception cref="HostException">The log cannot be read.</exception>
    public static bool HasBoot(string path, int vmid, HealthRecord boot) =>
        LogFile
            .ReadLinesBackwards(path, FirstBlock, NewestLimit)
            .Any(lines => Backwards(lines, vmid).Any(record => record.Error is null && record.IsSameBoot(boot)));

    /// <summary>The records among the log's last bytes, oldest first; what is no record is left out.</summary>
    /// <param name="path">The log; a missing one has no records.</param>
    /// <param name="limit">How many bytes.</param>
    /// <exception cref="HostException">The log cannot be read.</exception>
    public static IReadOnlyList<HealthRecord> Tail(string path, int limit)
    {
        byte[] tail = LogFile.ReadTail(path, limit, out _) ?? [];
        return [.. LinesBackwards(tail).Select(line => HealthRecord.Parse(line.Span)).OfType<HealthRecord>().Reverse()];
    }

    /// <summary>How many lines are no records.</summary>
    /// <param name="tail">The log, or its end.</param>
    /// <param name="isWhole">Whether it is the whole log; else the first line may be the rest of one.</param>
    public static int CountMalformed(byte[] tail, bool isWhole)
    {
        List<ReadOnlyMemory<byte>> lines = [.. LinesBackwards(tail)];
        IEnumerable<ReadOnlyMemory<byte>> whole = isWhole ? lines : lines.SkipLast(1);
        return whole.Count(line =>
            !line.IsEmpty && (line.Length > LogFile.MaximumLine || HealthRecord.Parse(line.Span) is null)
        );
    }

    /// <summary>A VM's records among some lines, newest first.</summary>
    private static IEnumerable<HealthRecord> Backwards(ReadOnlyMemory<byte> lines, int vmid)
    {
        byte[] key = Key(vmid);
        foreach (ReadOnlyMemory<byte> line in LinesBackwards(lines))
        {
            bool mayBe = line.Length <= LogFile.MaximumLine && line.Span.IndexOf(key) >= 0;
            if (mayBe && HealthRecord.Parse(line.Span) is { } record && record.Vmid == vmid)
            {
                yield return record;
            }
        }
    }

    private static IEnumerable<ReadOnlyMemory<byte>> LinesBackwards(ReadOnlyMemory<byte> lines)
    {
        while (!lines.IsEmpty)
        {
            int end = lines.Span.LastIndexOf((byte)'\n');
            yield return lines[(end + 1)..];
            lines = lines[..Math.Max(end, 0)];
        }
    }

    private static byte[] Key(int vmid) => Encoding.ASCII.GetBytes($"\"vmid\":{vmid},");

    private static bool IsCompressed(string path) => path.EndsWith(Compressed, StringComparison.Ordinal);
}
