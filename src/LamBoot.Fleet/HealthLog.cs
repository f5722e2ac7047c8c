using System.Text;
using System.Text.Json;
using LamBoot.Pve;

namespace LamBoot.Fleet;

/// <summary>The health log: a JSON object a line, in the order of time. It only ever grows; logrotate cuts it.</summary>
public static class HealthLog
{
    private const int FirstTailSize = 64 << 10;
    private const int TailSize = 4 << 20;

    /// <summary>Appends a record.</summary>
    /// <param name="path">The log; its folder is made where it is missing.</param>
    /// <param name="record">The record.</param>
    /// <exception cref="HostException">It cannot be written; the log is as it was.</exception>
    public static void Append(string path, HealthRecord record)
    {
        HostFile.CreateFolder(Path.GetDirectoryName(path)!);
        HostFile.AppendLine(path, FleetJson.Write(record, FleetJson.Default.HealthRecord));
    }

    /// <summary>Reads the records of a VM, oldest first.</summary>
    /// <param name="path">The log; a missing one has no records.</param>
    /// <param name="vmid">The VM.</param>
    /// <exception cref="HostException">It cannot be read.</exception>
    /// <param name="onBadLine">Called with the number of each line that is no record, such as one cut off by a power cut.</param>
    public static IEnumerable<HealthRecord> Read(string path, int vmid, Action<int> onBadLine)
    {
        int number = 0;
        foreach (string line in Lines(path))
        {
            number++;
            HealthRecord? record = null;
            try
            {
                record = line.Length == 0 ? null : JsonSerializer.Deserialize(line, FleetJson.Default.HealthRecord);
            }
            catch (JsonException)
            {
                onBadLine(number);
            }

            if (record?.Vmid == vmid)
            {
                yield return record;
            }
        }
    }

    /// <summary>
    /// The newest record of a VM's boots, among the log's last 4 MiB, which are some ten thousand records. One of which
    /// nothing was read does not count.
    /// </summary>
    /// <param name="path">The log.</param>
    /// <param name="vmid">The VM.</param>
    /// <exception cref="HostException">The log cannot be read.</exception>
    public static HealthRecord? Newest(string path, int vmid)
    {
        // The usual case is that it is among the last.
        byte[]? tail = HostFile.ReadTail(path, FirstTailSize, out bool isWhole);
        HealthRecord? newest = Newest(tail, vmid);
        return newest is null && !isWhole ? Newest(HostFile.ReadTail(path, TailSize, out _), vmid) : newest;
    }

    /// <summary>The records among the log's last bytes, oldest first; what is no record is left out.</summary>
    /// <param name="path">The log; a missing one has no records.</param>
    /// <param name="limit">How many bytes.</param>
    /// <exception cref="HostException">The log cannot be read.</exception>
    public static IReadOnlyList<HealthRecord> Tail(string path, int limit)
    {
        List<HealthRecord> records = [];
        ReadOnlySpan<byte> lines = HostFile.ReadTail(path, limit, out _);
        foreach (Range line in lines.Split((byte)'\n'))
        {
            if (Parse(lines[line]) is { } record)
            {
                records.Add(record);
            }
        }

        return records;
    }

    /// <summary>How many lines are no records.</summary>
    /// <param name="tail">The log, or its end.</param>
    /// <param name="isWhole">Whether it is the whole log; else the first line may be the rest of one.</param>
    public static int CountMalformed(ReadOnlySpan<byte> tail, bool isWhole)
    {
        int malformed = 0;
        bool counts = isWhole;
        foreach (Range line in tail.Split((byte)'\n'))
        {
            malformed += counts && !tail[line].IsEmpty && Parse(tail[line]) is null ? 1 : 0;
            counts = true;
        }

        return malformed;
    }

    private static HealthRecord? Newest(ReadOnlySpan<byte> lines, int vmid)
    {
        byte[] key = Encoding.ASCII.GetBytes($"\"vmid\":{vmid},");
        while (!lines.IsEmpty)
        {
            int end = lines.LastIndexOf((byte)'\n');
            ReadOnlySpan<byte> line = lines[(end + 1)..];
            lines = lines[..Math.Max(end, 0)];
            if (line.IndexOf(key) >= 0 && Parse(line) is { } record && record.Vmid == vmid && record.Error is null)
            {
                return record;
            }
        }

        return null;
    }

    private static HealthRecord? Parse(ReadOnlySpan<byte> line)
    {
        try
        {
            return FleetJson.Read(line, FleetJson.Default.HealthRecord);
        }
        catch (JsonException)
        {
            return null; // cut off
        }
    }

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
