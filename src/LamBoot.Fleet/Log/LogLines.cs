using System.Text;
using LamBoot.Fleet.Health;
using LamBoot.Linux.Files;

namespace LamBoot.Fleet.Log;

/// <summary>Finds a VM's lines in the health log.</summary>
internal static class LogLines
{
    private static ReadOnlySpan<byte> Blanks => " \t"u8;

    /// <summary>A VM's records among some lines, newest first.</summary>
    public static IEnumerable<HealthRecord> RecordsBackwards(ReadOnlyMemory<byte> lines, int vmid)
    {
        byte[] digits = Digits(vmid);
        foreach (ReadOnlyMemory<byte> line in Backwards(lines))
        {
            bool mayBe = line.Length <= LogFile.MaximumLine && MayBeOf(line.Span, digits);
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

    /// <summary>A VMID as lines have it.</summary>
    public static byte[] Digits(int vmid) => Encoding.ASCII.GetBytes($"{vmid}");

    /// <summary>Whether a line has a VM's <c>"vmid":</c>, with or without blanks: a line without it is not worth parsing.</summary>
    public static bool MayBeOf(ReadOnlySpan<byte> line, ReadOnlySpan<byte> digits)
    {
        ReadOnlySpan<byte> key = "\"vmid\""u8;
        for (int at; (at = line.IndexOf(key)) >= 0; )
        {
            line = line[(at + key.Length)..].TrimStart(Blanks);
            if (line is [(byte)':', .. var value] && value.TrimStart(Blanks).StartsWith(digits))
            {
                return true;
            }
        }

        return false;
    }
}
