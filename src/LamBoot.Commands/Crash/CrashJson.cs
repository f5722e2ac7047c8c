using System.Text.Json;
using LamBoot.Fleet.Crashes;
using LamBoot.Fleet.Health.Verdicts;
using LamBoot.Fleet.Text;

namespace LamBoot.Commands.Crash;

/// <summary>Crashes as JSON, newest first.</summary>
internal static class CrashJson
{
    /// <summary>Returns the list as UTF-8.</summary>
    public static byte[] Write(IReadOnlyList<KeptCrash> crashes) =>
        FleetJson.Write(
            writer =>
            {
                writer.WriteStartArray();
                foreach (KeptCrash crash in crashes)
                {
                    Write(writer, crash);
                }

                writer.WriteEndArray();
            },
            indented: true
        );

    private static void Write(Utf8JsonWriter writer, KeptCrash crash)
    {
        writer.WriteStartObject();
        writer.WriteString("kind", CrashSummary.Word(crash.Summary.Kind));
        writer.WriteString("at", crash.Summary.At is { } at ? UtcText.Format(at) : null);
        writer.WriteNumber("count", crash.Summary.Count);
        writer.WriteStartArray("parts");
        foreach (uint part in crash.Parts)
        {
            writer.WriteNumberValue(part);
        }

        writer.WriteEndArray();
        writer.WriteString("reason", crash.Summary.Reason);
        writer.WriteString("text", crash.Text);
        writer.WriteStartArray("incomplete");
        foreach (string flaw in crash.Flaws)
        {
            writer.WriteStringValue(flaw);
        }

        writer.WriteEndArray();
        writer.WriteString("file", crash.File);
        writer.WriteEndObject();
    }
}
