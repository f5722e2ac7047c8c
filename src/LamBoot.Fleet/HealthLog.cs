using System.Text;
using LamBoot.Pve;

namespace LamBoot.Fleet;

/// <summary>The health log: a JSON object a line, in the order of time. It only ever grows; logrotate cuts it.</summary>
public static class HealthLog
{
    // The newest record of a VM is mostly among the last; of thousands of VMs' records it is not.
    private const int FirstBlock = 8 << 10;
    private const int NewestLimit = 4 << 20;

    /// <summary>Appends a record.</summary>
    /// <param name="path">The log; its folder is made where it is missing.</param>
    /// <param name="record">The record.</param>
    /// <exception cref="HostException">It cannot be written; the log is as it was.</exception>
    public static void Append(string path, HealthRecord record)
    {
        HostFile.CreateFolder(Path.GetDirectoryName(path)!);
        HostFile.AppendLine(path, record.ToJson());
    }

    /// <summary>Reads the records of a VM, oldest first, from the log's beginning.</summary>
    /// <param name="path">The log; a missing one has no records.</param>
    /// <param name="vmid">The VM.</param>
    /// <param name="onBadLine">Called with the number of each line that is no record, such as one cut off by a power cut.</param>
    /// <exception cref="HostException">It cannot be read.</exception>
    public static IEnumerable<HealthRecord> Read(string path, int vmid, Action<int> onBadLine)
    {
        int number = 0;
        string key = Key(vmid);
        foreach (string line in Lines(path))
        {
            number++;
            bool isWhole = line.StartsWith('{') && line.EndsWith('}');
            if (line.Length == 0 || (isWhole && !line.Contains(key, StringComparison.Ordinal)))
            {
                continue; // another VM's, so not worth parsing
            }

            HealthRecord? record = HealthRecord.Parse(Encoding.UTF8.GetBytes(line));
            if (record is null)
            {
                onBadLine(number);
            }
            else if (record.Vmid == vmid)
            {
                yield return record;
            }
        }
    }

    /// <summary>Reads the newest records of a VM, oldest first, from the log's end: as much as it takes.</summary>
    /// <param name="path">The log; a missing one has no records.</param>
    /// <param name="vmid">The VM.</param>
    /// <param name="count">How many.</param>
    /// <exception cref="HostException">It cannot be read.</exception>
    public static IReadOnlyList<HealthRecord> Last(string path, int vmid, int count)
    {
        List<HealthRecord> newest = [];
        foreach (ReadOnlyMemory<byte> lines in HostFile.ReadLinesBackwards(path, FirstBlock))
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
        foreach (ReadOnlyMemory<byte> lines in HostFile.ReadLinesBackwards(path, FirstBlock, NewestLimit))
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
        HostFile
            .ReadLinesBackwards(path, FirstBlock, NewestLimit)
            .Any(lines => Backwards(lines, vmid).Any(record => record.Error is null && record.IsSameBoot(boot)));

    /// <summary>The records among the log's last bytes, oldest first; what is no record is left out.</summary>
    /// <param name="path">The log; a missing one has no records.</param>
    /// <param name="limit">How many bytes.</param>
    /// <exception cref="HostException">The log cannot be read.</exception>
    public static IReadOnlyList<HealthRecord> Tail(string path, int limit)
    {
        byte[] tail = HostFile.ReadTail(path, limit, out _) ?? [];
        return [.. LinesBackwards(tail).Select(line => HealthRecord.Parse(line.Span)).OfType<HealthRecord>().Reverse()];
    }

    /// <summary>How many lines are no records.</summary>
    /// <param name="tail">The log, or its end.</param>
    /// <param name="isWhole">Whether it is the whole log; else the first line may be the rest of one.</param>
    public static int CountMalformed(byte[] tail, bool isWhole)
    {
        List<ReadOnlyMemory<byte>> lines = [.. LinesBackwards(tail)];
        IEnumerable<ReadOnlyMemory<byte>> whole = isWhole ? lines : lines.SkipLast(1);
        return whole.Count(line => !line.IsEmpty && HealthRecord.Parse(line.Span) is null);
    }

    /// <summary>A VM's records among some lines, newest first.</summary>
    private static IEnumerable<HealthRecord> Backwards(ReadOnlyMemory<byte> lines, int vmid)
    {
        byte[] key = Encoding.ASCII.GetBytes(Key(vmid));
        foreach (ReadOnlyMemory<byte> line in LinesBackwards(lines))
        {
            if (line.Span.IndexOf(key) >= 0 && HealthRecord.Parse(line.Span) is { } record && record.Vmid == vmid)
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

    private static string Key(int vmid) => $"\"vmid\":{vmid},";

    private static IEnumerable<string> Lines(string path)
    {
        try
        {
            return File.ReadLines(path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new HostException($"cannot read {path}: {e.Message}");
        }
    }
}
