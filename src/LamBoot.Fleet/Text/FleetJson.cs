using System.Text.Json;
using LamBoot.Fleet.Health;

namespace LamBoot.Fleet.Text;

/// <summary>
/// The JSON of documents and records, written and read field by field: at each start of a VM, a serializer's metadata costs more than all
/// the rest of writing them. Everything beyond ASCII is escaped, as is anything that could act on a terminal.
/// </summary>
public static class FleetJson
{
    private const int UsualSize = 1024;

    /// <summary>Writes a value as UTF-8.</summary>
    /// <param name="write">Writes it.</param>
    /// <param name="indented">Whether a person will read it.</param>
    public static byte[] Write(Action<Utf8JsonWriter> write, bool indented = false)
    {
        using MemoryStream bytes = new(UsualSize);
        using (Utf8JsonWriter writer = new(bytes, Options(indented)))
        {
            write(writer);
        }

        if (indented)
        {
            bytes.WriteByte((byte)'\n');
        }

        return bytes.ToArray();
    }

    private static JsonWriterOptions Options(bool indented) =>
        new() { Indented = indented, Encoder = AsciiJsonEncoder.Instance };

    /// <summary>Writes records as a list.</summary>
    public static byte[] WriteList(IEnumerable<HealthRecord> records) =>
        Write(
            writer =>
            {
                writer.WriteStartArray();
                foreach (HealthRecord record in records)
                {
                    record.Write(writer);
                }

                writer.WriteEndArray();
            },
            indented: true
        );

    /// <summary>Writes records as a list, in parts: a VM may have more records than should be in memory at once.</summary>
    /// <param name="records">Calls its argument with each record.</param>
    /// <param name="write">Called with each part.</param>
    public static void WriteList(Action<Action<HealthRecord>> records, Action<byte[]> write)
    {
        const int Part = 64 << 10;
        using MemoryStream bytes = new();
        using Utf8JsonWriter writer = new(bytes, Options(indented: true));
        writer.WriteStartArray();
        records(record =>
        {
            record.Write(writer);
            if (writer.BytesPending + bytes.Length > Part)
            {
                Pass();
            }
        });
        writer.WriteEndArray();
        writer.Flush();
        bytes.WriteByte((byte)'\n');
        Pass();

        void Pass()
        {
            writer.Flush();
            write(bytes.ToArray());
            bytes.SetLength(0);
        }
    }

    /// <summary>Writes a list of strings.</summary>
    internal static void WriteStrings(Utf8JsonWriter writer, string name, IEnumerable<string> values)
    {
        writer.WriteStartArray(name);
        foreach (string value in values)
        {
            writer.WriteStringValue(value);
        }

        writer.WriteEndArray();
    }

    /// <summary>Writes a number or null.</summary>
    internal static void WriteNumber(Utf8JsonWriter writer, string name, long? value)
    {
        if (value is { } number)
        {
            writer.WriteNumber(name, number);
        }
        else
        {
            writer.WriteNull(name);
        }
    }
}
