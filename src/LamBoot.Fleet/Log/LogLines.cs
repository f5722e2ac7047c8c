using System.Text;
using LamBoot.Fleet.Health;
using LamBoot.Linux.Files;

namespace LamBoot.Fleet.Log;

/// <summary>Finds a VM's lines in the health log.</summary>
internal static class LogLines
{
    /// <summary>A VM's records among some lines, newest first.</summary>
    public static IEnumerable<HealthRecord> RecordsBackwards(ReadOnlyMemory<byte> lines, int vmid)
    {
        byte[] key = Key(vmid);
        foreach (ReadOnlyMemory<byte> line in Backwards(lines))
        {
            bool mayBe = line.Length <= LogFile.MaximumLine && line.Span.IndexOf(key) >= 0;
            if (mayBe && HealthRecordJson.Parse(line.Span) is { } record && record.Vmid == vmid)
            {
                yield return record;
            }
        }
    }

    /// <summary>The lines, last first.</summary>
    public static IEnumerable<ReadOnlyMemory<byte>> Backwards(ReadOnlyMemory<byte> lines)
    {
        while (!lines.IsEmpty)
        {
            int end = lines.Span.LastIndexOf((byte)'\n');
            yield return lines[(end + 1)..];
            lines = lines[..Math.Max(end, 0)];
        }
    }

    /// <summary>Bytes that every line of a VM contains: a line without them is not worth parsing.</summary>
    public static byte[] Key(int vmid) => Encoding.ASCII.GetBytes($"\"vmid\":{vmid},");
}
