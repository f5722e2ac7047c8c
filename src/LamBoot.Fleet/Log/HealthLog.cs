using System.IO.Compression;
using LamBoot.Fleet.Health;
using LamBoot.Linux;
using LamBoot.Linux.Files;

namespace LamBoot.Fleet.Log;

/// <summary>The health log: one JSON object per line, in chronological order. It is only appended to; logrotate rotates it.</summary>
public static class HealthLog
{
    // A VM's newest record is usually among the last ones, but not among the records of thousands of VMs.
    private const int FirstBlock = 8 << 10;
    private const int NewestLimit = 4 << 20;

    /// <summary>Appends a record.</summary>
    /// <param name="path">The log; created if missing, along with its folder.</param>
    /// <param name="record">The record.</param>
    /// <exception cref="HostException">It cannot be written; the log is unchanged.</exception>
    public static void Append(string path, HealthRecord record) =>
        LogAppend.AppendLine(path, record.ToJson(), static rest => HealthRecordJson.Parse(rest) is not null);

    /// <summary>Reads the records of a VM, oldest first, from the start of a log.</summary>
    /// <param name="path">The log, possibly a rotated one; a missing one has no records.</param>
    /// <param name="vmid">The VM.</param>
    /// <param name="onRecord">Called with each record.</param>
    /// <param name="onBadLine">Called with the number of each line that is not a record, for example one cut off by a power
    /// failure.</param>
    /// <exception cref="HostException">It cannot be read, or not to its end.</exception>
    public static void Read(string path, int vmid, Action<HealthRecord> onRecord, Action<int> onBadLine)
    {
        try
        {
            using Stream? file = LogFile.OpenOrNull(path);
            if (file is not null)
            {
                Read(RotatedLogs.IsCompressed(path) ? Decompress(file) : file, vmid, onRecord, onBadLine);
            }
        }
        catch (InvalidDataException)
        {
            throw new HostException($"cannot read all of {path}: damaged, cut off, or not compressed with gzip");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new HostException($"cannot read {path}: {e.Message}");
        }
    }

    private static GZipStream Decompress(Stream file)
    {
        // Otherwise, a file that was cut off seems to end there.
        AppContext.SetSwitch("System.IO.Compression.UseStrictValidation", true);
        return new(file, CompressionMode.Decompress);
    }

    private static void Read(Stream log, int vmid, Action<HealthRecord> onRecord, Action<int> onBadLine)
    {
        byte[] digits = LogLines.Digits(vmid);
        int number = 0;
        foreach (ReadOnlyMemory<byte>? line in LogFile.ReadLines(log))
        {
            number++;
            ReadOnlySpan<byte> text = line is { } bytes ? bytes.Span : "too long"u8;
            bool isWhole = text is [(byte)'{', .., (byte)'}'];
            if (text.IsEmpty || (isWhole && !LogLines.MayBeOf(text, digits)))
            {
                continue; // another VM's, so not worth parsing
            }

            if (HealthRecordJson.Parse(text) is not { } record)
            {
                onBadLine(number);
            }
            else if (record.Vmid == vmid)
            {
                onRecord(record);
            }
        }
    }

    /// <summary>Reads the newest records of a VM, oldest first, from the end of a log, as far as needed.</summary>
    /// <param name="path">The log, possibly a rotated one, but not compressed; a missing one has no records.</param>
    /// <param name="vmid">The VM.</param>
    /// <param name="count">The number of records.</param>
    /// <exception cref="HostException">It cannot be read.</exception>
    public static IReadOnlyList<HealthRecord> Last(string path, int vmid, int count)
    {
        List<HealthRecord> newest = [];
        foreach (ReadOnlyMemory<byte> lines in LogFile.ReadLinesBackwards(path, FirstBlock))
        {
            newest.AddRange(LogLines.RecordsBackwards(lines, vmid).Take(count - newest.Count));
            if (newest.Count == count)
            {
                break;
            }
        }

        newest.Reverse();
        return newest;
    }

    /// <summary>
    /// The newest record of a VM's boots within roughly the last 4 MiB of the log, which hold some ten thousand records. Records of failed
    /// reads do not count.
    /// </summary>
    /// <param name="path">The log.</param>
    /// <param name="vmid">The VM.</param>
    /// <exception cref="HostException">The log cannot be read.</exception>
    public static HealthRecord? Newest(string path, int vmid)
    {
        foreach (ReadOnlyMemory<byte> lines in LogFile.ReadLinesBackwards(path, FirstBlock, NewestLimit))
        {
            foreach (HealthRecord record in LogLines.RecordsBackwards(lines, vmid))
            {
                if (record.Error is null)
                {
                    return record;
                }
            }
        }

        return null;
    }

    /// <summary>The newest record of each VM within roughly the last 4 MiB of the log and, if it is shorter, of the one before it.</summary>
    /// <param name="path">The log; a missing one has no records.</param>
    /// <param name="vmids">The VMs.</param>
    /// <exception cref="HostException">The log cannot be read.</exception>
    public static IReadOnlyDictionary<int, HealthRecord> NewestOfEach(string path, IEnumerable<int> vmids)
    {
        HashSet<int> left = [.. vmids];
        Dictionary<int, HealthRecord> newest = [];
        foreach (ReadOnlyMemory<byte> lines in RotatedLogs.ReadLinesBackwards(path, FirstBlock, NewestLimit))
        {
            foreach (ReadOnlyMemory<byte> line in LogLines.Backwards(lines))
            {
                if (left.Count == 0)
                {
                    return newest;
                }

                bool mayBe = !line.IsEmpty && line.Length <= LogFile.MaximumLine;
                HealthRecord? record = mayBe ? HealthRecordJson.Parse(line.Span) : null;
                if (record is { Vmid: { } vmid } && left.Remove(vmid))
                {
                    newest[vmid] = record;
                }
            }
        }

        return newest;
    }

    /// <summary>Whether any of a VM's records within roughly the last 4 MiB of the log is about the same boot.</summary>
    /// <param name="path">The log.</param>
    /// <param name="vmid">The VM.</param>
    /// <param name="boot">The boot.</param>
    /// <exception cref="HostException">The log cannot be read.</exception>
    public static bool HasBoot(string path, int vmid, HealthRecord boot)
    {
        foreach (ReadOnlyMemory<byte> lines in LogFile.ReadLinesBackwards(path, FirstBlock, NewestLimit))
        {
            foreach (HealthRecord record in LogLines.RecordsBackwards(lines, vmid))
            {
                if (record.Error is null && record.IsSameBoot(boot))
                {
                    return true;
                }
            }
        }

        return false;
    }

    /// <summary>
    /// The records within roughly the last 4 MiB of the log and, if it is shorter, of the one before it: oldest first, skipping lines that
    /// are not records.
    /// </summary>
    /// <param name="path">The log; a missing one has no records.</param>
    /// <exception cref="HostException">The log cannot be read.</exception>
    public static IReadOnlyList<HealthRecord> Tail(string path) =>
        [
            .. RotatedLogs
                .ReadLinesBackwards(path, FirstBlock, NewestLimit)
                .SelectMany(LogLines.Backwards)
                .Where(line => line.Length <= LogFile.MaximumLine)
                .Select(line => HealthRecordJson.Parse(line.Span))
                .OfType<HealthRecord>()
                .Reverse(),
        ];

    /// <summary>Counts the lines that are not records.</summary>
    /// <param name="tail">The log, or its end.</param>
    /// <param name="isWhole">Whether it is the whole log; otherwise the first line may be incomplete.</param>
    public static int CountMalformed(byte[] tail, bool isWhole)
    {
        List<ReadOnlyMemory<byte>> lines = [.. LogLines.Backwards(tail)];
        IEnumerable<ReadOnlyMemory<byte>> whole = isWhole ? lines : lines.SkipLast(1);
        return whole.Count(line =>
            !line.IsEmpty && (line.Length > LogFile.MaximumLine || HealthRecordJson.Parse(line.Span) is null)
        );
    }
}
