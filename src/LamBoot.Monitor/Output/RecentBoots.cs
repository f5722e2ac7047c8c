using System.Text.Json;
using LamBoot.Fleet.Health;

namespace LamBoot.Monitor.Output;

/// <summary>What a node tells another of its VMs' boots: the newest, and no more of them than an answer has room for.</summary>
internal static class RecentBoots
{
    private const int Most = 40;

    // A whole answer has 16 MiB, a VM of it 64 KiB: what a guest wrote makes some records longer than others.
    private const int BytesOfAll = 8 << 20;
    private const int BytesOfOne = 32 << 10;

    /// <summary>Writes a VM's boots as a field, the oldest first.</summary>
    /// <param name="boots">All of them, the oldest first.</param>
    /// <param name="vms">How many VMs the answer has.</param>
    /// <param name="writer">Where to.</param>
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
