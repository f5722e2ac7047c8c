using System.Text.Json;
using LamBoot.Fleet.Health;

namespace LamBoot.Monitor.Output;

/// <summary>The boots that a node reports to another: each VM's newest, and no more than an answer has room for.</summary>
internal static class RecentBoots
{
    private const int Most = 40;

    // An answer is at most 16 MiB, a VM in it 64 KiB: guest-written text makes some records longer than others.
    private const int BytesOfAll = 8 << 20;
    private const int BytesOfOne = 32 << 10;

    /// <summary>Writes a VM's boots as a field, oldest first.</summary>
    /// <param name="boots">All of them, oldest first.</param>
    /// <param name="vms">The number of VMs in the answer.</param>
    /// <param name="writer">The writer.</param>
    /// <param name="name">The field.</param>
    public static void Write(IEnumerable<HealthRecord> boots, int vms, Utf8JsonWriter writer, string name)
    {
        writer.WriteStartArray(name);
        foreach (byte[] record in Newest(boots, Math.Min(BytesOfOne, BytesOfAll / vms)))
        {
            writer.WriteRawValue(record);
        }

        writer.WriteEndArray();
    }

    private static List<byte[]> Newest(IEnumerable<HealthRecord> boots, int room)
    {
        List<byte[]> newest = [];
        foreach (HealthRecord boot in boots.TakeLast(Most).Reverse())
        {
            byte[] record = boot.ToJson();
            room -= record.Length;
            if (room < 0)
            {
                break;
            }

            newest.Insert(0, record);
        }

        return newest;
    }
}
